#!/usr/bin/env python3
"""A small account that is watched, made and changed by boto3.

  watched_account.py ENDPOINT make            the account, and the queue that change events go to; prints JSON
  watched_account.py ENDPOINT open|close SG   the port for administrators, from anywhere, as the user "aya"
  watched_account.py ENDPOINT single|multi    the database in one Availability Zone or in two
  watched_account.py ENDPOINT vanish          deletes the databases
  watched_account.py ENDPOINT told            what SNS, EventBridge and Security Hub were told, as JSON
  watched_account.py ENDPOINT flood N QUEUE   N messages for the queue: events of reads, duplicates, and nonsense
"""
import json
import sys

import boto3

ENDPOINT, WHAT, REST = sys.argv[1], sys.argv[2], sys.argv[3:]


def client(service, key="AKIAIOSFODNN7EXAMPLE", secret="secret"):
    return boto3.client(service, endpoint_url=ENDPOINT, region_name="ap-northeast-1", aws_access_key_id=key,
                        aws_secret_access_key=secret)


def aya(service):
    """The same as the user aya, whose key is made anew: nothing has to be kept between two calls."""
    iam = client("iam")
    for old in iam.list_access_keys(UserName="aya")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName="aya", AccessKeyId=old["AccessKeyId"])
    made = iam.create_access_key(UserName="aya")["AccessKey"]
    return client(service, made["AccessKeyId"], made["SecretAccessKey"])


def make():
    sqs, events, ec2, rds = client("sqs"), client("events"), client("ec2"), client("rds")
    url = sqs.create_queue(QueueName="kakunin-changes")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client("iam").create_user(UserName="aya")
    group = ec2.create_security_group(GroupName="web", Description="web")["GroupId"]
    for name in ("orders", "users"):
        rds.create_db_instance(DBInstanceIdentifier=name, DBInstanceClass="db.t3.small", Engine="postgres",
                               AllocatedStorage=20, MultiAZ=True, StorageEncrypted=True, MasterUsername="root",
                               MasterUserPassword="not-a-secret")
    # From here on changes are events.
    pattern = {"detail-type": ["AWS API Call via CloudTrail"], "detail": {"readOnly": [False]}}
    events.put_rule(Name="kakunin-changes", EventPattern=json.dumps(pattern))
    events.put_targets(Rule="kakunin-changes", Targets=[{"Id": "queue", "Arn": arn}])
    # Alerts of AWS's own channels end in queues, where a test finds them.
    sns = client("sns")
    topic = sns.create_topic(Name="kakunin-alerts")["TopicArn"]
    for name in ("told-by-sns", "told-by-bus"):
        sqs.create_queue(QueueName=name)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn.replace("kakunin-changes", "told-by-sns"))
    events.create_event_bus(Name="kakunin-alerts")
    events.put_rule(Name="told", EventBusName="kakunin-alerts", EventPattern=json.dumps({"source": ["kakunin"]}))
    events.put_targets(Rule="told", EventBusName="kakunin-alerts",
                       Targets=[{"Id": "queue", "Arn": arn.replace("kakunin-changes", "told-by-bus")}])
    client("securityhub").enable_security_hub()
    print(json.dumps({"queue": url, "group": group, "topic": topic}))


def told():
    sqs = client("sqs")
    found = {}
    for name in ("told-by-sns", "told-by-bus"):
        url, found[name] = sqs.get_queue_url(QueueName=name)["QueueUrl"], []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found[name].append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    found["hub"] = client("securityhub").get_findings()["Findings"]
    print(json.dumps(found, default=str))


def port(open_it, group):
    ec2 = aya("ec2")
    call = ec2.authorize_security_group_ingress if open_it else ec2.revoke_security_group_ingress
    call(GroupId=group, IpPermissions=[{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                                        "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])


def flood(count, queue):
    sqs = client("sqs")
    event = {"detail-type": "AWS API Call via CloudTrail", "account": "123456789012", "region": "ap-northeast-1",
             "source": "aws.rds", "time": "2026-11-24T00:00:00Z",
             "detail": {"eventSource": "rds.amazonaws.com", "eventName": "ModifyDBInstance", "readOnly": False,
                        "awsRegion": "ap-northeast-1", "recipientAccountId": "123456789012", "eventID": "same",
                        "requestParameters": {"dBInstanceIdentifier": "orders"}}}
    read = json.loads(json.dumps(event))
    read["detail"].update(eventName="DescribeDBInstances", readOnly=True)
    bodies = [json.dumps({**event, "id": "same"}), json.dumps({**read, "id": "read"}), "no event at all"]
    for start in range(0, count, 10):
        entries = [{"Id": str(i), "MessageBody": bodies[(start + i) % 3]} for i in range(min(10, count - start))]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)


if WHAT == "make":
    make()
elif WHAT in ("open", "close"):
    port(WHAT == "open", REST[0])
elif WHAT in ("single", "multi"):
    aya("rds").modify_db_instance(DBInstanceIdentifier="orders", MultiAZ=WHAT == "multi", ApplyImmediately=True)
elif WHAT == "vanish":
    for name in ("orders", "users"):
        aya("rds").delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
elif WHAT == "told":
    told()
elif WHAT == "flood":
    flood(int(REST[0]), REST[1])
else:
    sys.exit(__doc__)
