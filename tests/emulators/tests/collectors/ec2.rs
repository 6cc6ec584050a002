use aws_sdk_ec2::types::{
    HttpTokensState, InstanceMetadataOptionsRequest, IpPermission, IpRange, Ipv6Range, LaunchTemplateHttpTokensState,
    LaunchTemplateInstanceMetadataOptionsRequest, RequestLaunchTemplateData, VolumeType,
};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use kakunin::table::ec2::SERVICE;
use kakunin_emulator_tests::{config, keeps_the_rules, of_kind, run};
use winterbaume_core::MockAws;
use winterbaume_ec2::Ec2Service;

fn emulator() -> SharedHttpClient {
    MockAws::builder()
        .with_service(winterbaume_sts::StsService::new())
        .with_service(Ec2Service::new())
        .build()
        .http_client()
}

#[tokio::test]
async fn volumes_keep_the_rules() {
    keeps_the_rules(emulator, &SERVICE, "AWS::EC2::Volume", &[], |config, n| async move {
        let ec2 = aws_sdk_ec2::Client::new(&config);
        for _ in 0..n {
            ec2.create_volume()
                .availability_zone("us-east-1a")
                .size(8)
                .volume_type(VolumeType::Gp3)
                .encrypted(true)
                .send()
                .await
                .unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn networks_keep_the_rules() {
    keeps_the_rules(emulator, &SERVICE, "AWS::EC2::VPC", &[], |config, n| async move {
        let ec2 = aws_sdk_ec2::Client::new(&config);
        for i in 0..n {
            let vpc = ec2.create_vpc().cidr_block(format!("10.{}.0.0/16", 10 * n + i)).send().await.unwrap();
            let vpc = vpc.vpc().and_then(|v| v.vpc_id()).unwrap().to_string();
            ec2.create_subnet().vpc_id(&vpc).cidr_block(format!("10.{}.0.0/24", 10 * n + i)).send().await.unwrap();
            ec2.create_route_table().vpc_id(&vpc).send().await.unwrap();
            ec2.create_vpc_endpoint()
                .vpc_id(&vpc)
                .service_name("com.amazonaws.us-east-1.s3")
                .policy_document(
                    r#"{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}"#,
                )
                .send()
                .await
                .unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn attributes_say_what_was_made() {
    let client = emulator();
    let ec2 = aws_sdk_ec2::Client::new(&config(&client, "us-east-1").await);
    let vpc = ec2.create_vpc().cidr_block("10.1.0.0/16").send().await.unwrap();
    let vpc = vpc.vpc().unwrap().vpc_id().unwrap().to_string();
    let subnet = ec2.create_subnet().vpc_id(&vpc).cidr_block("10.1.0.0/24").send().await.unwrap();
    let subnet = subnet.subnet().unwrap().subnet_id().unwrap().to_string();
    let group = ec2.create_security_group().group_name("web").description("web").vpc_id(&vpc).send().await.unwrap();
    let group = group.group_id().unwrap().to_string();
    ec2.authorize_security_group_ingress()
        .group_id(&group)
        .ip_permissions(
            IpPermission::builder()
                .ip_protocol("tcp")
                .from_port(22)
                .to_port(22)
                .ip_ranges(IpRange::builder().cidr_ip("0.0.0.0/0").build())
                .ip_ranges(IpRange::builder().cidr_ip("10.0.0.0/8").build())
                .build(),
        )
        .ip_permissions(
            IpPermission::builder()
                .ip_protocol("-1")
                .ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build())
                .build(),
        )
        .send()
        .await
        .unwrap();
    ec2.run_instances()
        .image_id("ami-12345678")
        .min_count(1)
        .max_count(1)
        .subnet_id(&subnet)
        .security_group_ids(&group)
        .metadata_options(InstanceMetadataOptionsRequest::builder().http_tokens(HttpTokensState::Required).build())
        .send()
        .await
        .unwrap();
    ec2.create_launch_template()
        .launch_template_name("web")
        .launch_template_data(
            RequestLaunchTemplateData::builder()
                .user_data("cGFzc3dvcmQ9aHVudGVyMg==")
                .metadata_options(
                    LaunchTemplateInstanceMetadataOptionsRequest::builder()
                        .http_tokens(LaunchTemplateHttpTokensState::Optional)
                        .build(),
                )
                .build(),
        )
        .send()
        .await
        .unwrap();

    let snapshot = run(&client, &SERVICE, None).await;
    let found = of_kind(&snapshot, "AWS::EC2::SecurityGroup");
    let rules = &found.iter().find(|g| g.id == group).unwrap().attributes["SecurityGroupIngress"];
    let rows: Vec<String> = rules
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            let source = r["CidrIp"].as_str().or(r["CidrIpv6"].as_str()).unwrap();
            format!(
                "{} {}-{} {source} {}",
                r["IpProtocol"].as_str().unwrap(),
                r["FromPort"],
                r["ToPort"],
                r["Internet"]
            )
        })
        .collect();
    assert_eq!(rows, ["tcp 22-22 0.0.0.0/0 true", "tcp 22-22 10.0.0.0/8 false", "-1 0-65535 ::/0 true"]);
    let [instance] = of_kind(&snapshot, "AWS::EC2::Instance")[..] else { panic!("one instance") };
    assert_eq!(instance.attributes["SubnetId"], subnet.as_str());
    assert!(instance.attributes.contains_key("State"), "{instance:?}");
    let [template] = of_kind(&snapshot, "AWS::EC2::LaunchTemplate")[..] else { panic!("one template") };
    assert_eq!(template.attributes["LaunchTemplateName"], "web");
    let own = of_kind(&snapshot, "AWS::EC2::VPC");
    let own = own.iter().find(|v| v.id == vpc).unwrap();
    assert_eq!(own.attributes["IsDefault"], false);
    assert_eq!(own.attributes["FlowLogs"], serde_json::json!([]));
    assert!(!serde_json::to_string(&snapshot.resources).unwrap().contains("cGFzc3dvcmQ"), "user data was kept");
    let regions = of_kind(&snapshot, "Kakunin::AWS::Region");
    assert_eq!(regions.iter().find(|r| r.id == "us-east-1").unwrap().attributes["EbsEncryptionByDefault"], false);
}
