#!/usr/bin/env python3
"""The AWS account of the invented company of the sample sheet, with some defects, made in a moto server by boto3.

  sample_account.py ENDPOINT

What is wrong on purpose: SSH open to the world on a bastion, one single-AZ database without encryption (an accepted
risk in waivers.toml), an unencrypted volume, a public bucket, a user without MFA, a role that a stranger account may
assume without an external ID, a trail that is not encrypted, an alarm that reaches nobody.
"""
import io
import json
import sys
import zipfile

import boto3
from botocore.config import Config

ENDPOINT = sys.argv[1]
HOME = "ap-northeast-1"
OTHER = "us-east-1"


def client(name, region=HOME):
    return boto3.client(
        name, region_name=region, endpoint_url=ENDPOINT, aws_access_key_id="testing", aws_secret_access_key="testing",
        config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}))


def policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action, resource, **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def trust(principal, **more):
    return policy({"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more})


ACCOUNT = client("sts").get_caller_identity()["Account"]
TAGS = [{"Key": "Owner", "Value": "platform"}, {"Key": "Classification", "Value": "confidential"}]


def identity():
    iam = client("iam")
    iam.update_account_password_policy(
        MinimumPasswordLength=16, RequireSymbols=True, RequireNumbers=True, RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True, AllowUsersToChangePassword=True, PasswordReusePrevention=24)
    iam.create_group(GroupName="developers")
    iam.attach_group_policy(GroupName="developers", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    for name, mfa in [("hanako.sato", True), ("taro.suzuki", True), ("jiro.tanaka", False)]:
        iam.create_user(UserName=name, Tags=TAGS)
        iam.create_login_profile(UserName=name, Password="Sample-pass-1!")
        iam.add_user_to_group(GroupName="developers", UserName=name)
        if mfa:
            serial = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
            iam.enable_mfa_device(UserName=name, SerialNumber=serial, AuthenticationCode1="123456",
                                  AuthenticationCode2="654321")
    iam.create_role(RoleName="admin", AssumeRolePolicyDocument=trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), Tags=TAGS)
    iam.attach_role_policy(RoleName="admin", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=trust({"Service": "ec2.amazonaws.com"}), Tags=TAGS)
    iam.put_role_policy(RoleName="app", PolicyName="read-objects",
                        PolicyDocument=policy(allow(["s3:GetObject"], "arn:aws:s3:::sample-analytics-data/*")))
    iam.create_role(RoleName="function", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"}), Tags=TAGS)
    # A defect: another company's account, and no external ID.
    iam.create_role(RoleName="partner-support", AssumeRolePolicyDocument=trust({"AWS": "arn:aws:iam::210987654321:root"}),
                    Tags=TAGS)
    iam.create_instance_profile(InstanceProfileName="app")
    iam.add_role_to_instance_profile(InstanceProfileName="app", RoleName="app")


def bucket(name, versioned=True, tls=True, public=False, expire=None):
    s3 = client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": HOME})
    s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={
        "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}]})
    if not public:
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration={
            "BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True, "RestrictPublicBuckets": True})
    if versioned:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    statements = []
    arn = f"arn:aws:s3:::{name}"
    if tls:
        statements.append({"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": [arn, f"{arn}/*"],
                           "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
    if public:
        statements.append(allow("s3:GetObject", f"{arn}/*", Principal={"AWS": "*"}))
    if statements:
        s3.put_bucket_policy(Bucket=name, Policy=policy(*statements))
    if expire:
        s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={
            "Rules": [{"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": expire}}]})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": TAGS})


def storage():
    bucket("sample-analytics-data", expire=400)
    bucket("sample-analytics-audit", expire=2600)
    # A defect: a bucket that anybody may read.
    bucket("sample-analytics-assets", versioned=False, tls=False, public=True)
    ddb = client("dynamodb")
    ddb.create_table(TableName="sessions", KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                     AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                     BillingMode="PAY_PER_REQUEST", DeletionProtectionEnabled=True, Tags=TAGS)
    ddb.update_continuous_backups(TableName="sessions",
                                  PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    client("efs").create_file_system(CreationToken="shared", Encrypted=True, Backup=True, Tags=TAGS)


def network():
    ec2 = client("ec2")
    ec2.enable_ebs_encryption_by_default()
    vpc = ec2.create_vpc(CidrBlock="10.10.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    public, private = [], []
    for i, zone in enumerate(["ap-northeast-1a", "ap-northeast-1c"]):
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.10.{i}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        public.append(subnet)
        private.append(ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.10.{i + 10}.0/24",
                                         AvailabilityZone=zone)["Subnet"]["SubnetId"])
    ec2.create_flow_logs(ResourceIds=[vpc], ResourceType="VPC", TrafficType="ALL", LogDestinationType="s3",
                         LogDestination="arn:aws:s3:::sample-analytics-audit")
    groups = {}
    for name, port, source in [("web", 443, "0.0.0.0/0"), ("app", 8080, "10.10.0.0/16"), ("bastion", 22, "0.0.0.0/0")]:
        group = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": [{"CidrIp": source}]}])
        groups[name] = group
    for i, (name, subnet, group, public_ip) in enumerate([
            ("app", private[0], "app", False), ("app", private[1], "app", False),
            ("bastion", public[0], "bastion", True), ("bastion", public[1], "bastion", True)]):
        ec2.run_instances(
            ImageId="ami-0abcdef1234567890", MinCount=1, MaxCount=1, InstanceType="t3.micro",
            IamInstanceProfile={"Name": "app"}, MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled"},
            NetworkInterfaces=[{"DeviceIndex": 0, "SubnetId": subnet, "Groups": [groups[group]],
                                "AssociatePublicIpAddress": public_ip}],
            BlockDeviceMappings=[{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 20, "Encrypted": True}}],
            TagSpecifications=[{"ResourceType": "instance", "Tags": TAGS + [{"Key": "Name", "Value": name}]}])
    # A defect: a volume without encryption.
    ec2.create_volume(AvailabilityZone="ap-northeast-1a", Size=10, Encrypted=False,
                      TagSpecifications=[{"ResourceType": "volume", "Tags": TAGS}])
    return vpc, public, private, groups


def service(vpc, public, private, groups):
    elb = client("elbv2")
    certificate = client("acm").request_certificate(DomainName="app.example.com", ValidationMethod="DNS")["CertificateArn"]
    balancer = elb.create_load_balancer(Name="front", Subnets=public, SecurityGroups=[groups["web"]],
                                        Scheme="internet-facing", Type="application", Tags=TAGS)["LoadBalancers"][0]
    arn = balancer["LoadBalancerArn"]
    target = elb.create_target_group(Name="app", Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="instance",
                                     HealthCheckPath="/health")["TargetGroups"][0]["TargetGroupArn"]
    instances = [i["InstanceId"] for r in client("ec2").describe_instances()["Reservations"] for i in r["Instances"]
                 if any(t == {"Key": "Name", "Value": "app"} for t in i.get("Tags", []))]
    elb.register_targets(TargetGroupArn=target, Targets=[{"Id": i} for i in instances])
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTPS", Port=443, Certificates=[{"CertificateArn": certificate}],
                        SslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06",
                        DefaultActions=[{"Type": "forward", "TargetGroupArn": target}])
    elb.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=[
        {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}])
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=[
        {"Key": "access_logs.s3.enabled", "Value": "true"},
        {"Key": "access_logs.s3.bucket", "Value": "sample-analytics-audit"},
        {"Key": "deletion_protection.enabled", "Value": "true"}])
    rds = client("rds")
    rds.create_db_subnet_group(DBSubnetGroupName="private", DBSubnetGroupDescription="private", SubnetIds=private)
    for name, good in [("orders", True), ("reporting", False)]:
        rds.create_db_instance(
            DBInstanceIdentifier=name, DBInstanceClass="db.t4g.medium", Engine="postgres", EngineVersion="16.4",
            AllocatedStorage=100, MaxAllocatedStorage=500, MasterUsername="sample", MasterUserPassword="sample-pass-1",
            DBSubnetGroupName="private", MultiAZ=good, StorageEncrypted=good, BackupRetentionPeriod=14,
            DeletionProtection=True, AutoMinorVersionUpgrade=True, PubliclyAccessible=False,
            EnableCloudwatchLogsExports=["postgresql"], Tags=TAGS)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("app.py", "def handler(event, context):\n    return 'ok'\n")
    client("lambda").create_function(
        FunctionName="reports", Runtime="python3.13", Role=f"arn:aws:iam::{ACCOUNT}:role/function", Handler="app.handler",
        Code={"ZipFile": archive.getvalue()}, Environment={"Variables": {"STAGE": "prod", "API_TOKEN": "not-a-real-token"}},
        VpcConfig={"SubnetIds": private, "SecurityGroupIds": [groups["app"]]}, Tags={"Owner": "platform"})
    client("secretsmanager").create_secret(Name="orders/database", SecretString="not-a-real-secret", Tags=TAGS)
    client("ecr").create_repository(repositoryName="app", imageScanningConfiguration={"scanOnPush": True},
                                    encryptionConfiguration={"encryptionType": "KMS"}, tags=TAGS)
    key = client("kms").create_key(Description="data", Tags=[{"TagKey": "Owner", "TagValue": "platform"}])["KeyMetadata"]
    client("kms").enable_key_rotation(KeyId=key["KeyId"])
    pool = client("cognito-idp").create_user_pool(
        PoolName="customers", MfaConfiguration="OPTIONAL",
        Policies={"PasswordPolicy": {"MinimumLength": 12, "RequireUppercase": True, "RequireLowercase": True,
                                     "RequireNumbers": True, "RequireSymbols": True, "TemporaryPasswordValidityDays": 3}})
    client("cognito-idp").create_user_pool_client(UserPoolId=pool["UserPool"]["Id"], ClientName="web",
                                                  AccessTokenValidity=60, IdTokenValidity=60, RefreshTokenValidity=1,
                                                  TokenValidityUnits={"AccessToken": "minutes", "IdToken": "minutes",
                                                                      "RefreshToken": "days"})


def watch():
    s3 = "sample-analytics-audit"
    logs = client("logs")
    logs.create_log_group(logGroupName="audit", tags={"Owner": "platform"})
    logs.put_retention_policy(logGroupName="audit", retentionInDays=731)
    logs.create_log_group(logGroupName="/app/web", tags={"Owner": "platform"})
    logs.put_retention_policy(logGroupName="/app/web", retentionInDays=400)
    trail = client("cloudtrail")
    trail.create_trail(Name="audit", S3BucketName=s3, IsMultiRegionTrail=True, EnableLogFileValidation=True,
                       IncludeGlobalServiceEvents=True)
    trail.start_logging(Name="audit")
    sns = client("sns")
    topic = sns.create_topic(Name="operations", Tags=TAGS)["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="operations@example.com")
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="front-5xx", Namespace="AWS/ApplicationELB", MetricName="HTTPCode_ELB_5XX_Count", Statistic="Sum",
        Period=60, EvaluationPeriods=5, Threshold=10, ComparisonOperator="GreaterThanThreshold", AlarmActions=[topic])
    # A defect: an alarm that reaches nobody.
    cloudwatch.put_metric_alarm(
        AlarmName="orders-cpu", Namespace="AWS/RDS", MetricName="CPUUtilization", Statistic="Average", Period=300,
        EvaluationPeriods=3, Threshold=80, ComparisonOperator="GreaterThanThreshold",
        Dimensions=[{"Name": "DBInstanceIdentifier", "Value": "orders"}])
    for region in (HOME, OTHER):
        client("guardduty", region).create_detector(Enable=True)
    config = client("config")
    config.put_configuration_recorder(ConfigurationRecorder={
        "name": "default", "roleARN": f"arn:aws:iam::{ACCOUNT}:role/admin",
        "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True}})
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": s3})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    for kind in ("SECURITY", "OPERATIONS", "BILLING"):
        client("account").put_alternate_contact(AlternateContactType=kind, EmailAddress=f"{kind.lower()}@example.com",
                                                Name="Sample Cloud", PhoneNumber="+81-3-0000-0000", Title=kind.title())


identity()
storage()
service(*network())
watch()
print(ACCOUNT)
