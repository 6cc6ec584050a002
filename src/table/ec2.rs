//! Amazon EC2: instances, their storage, and what a region defaults to. The network is in `ec2_network`.

pub use super::ec2_network::*;
use super::{DESCRIBE_REGIONS, Kind, Operation, REGION_KIND, Service, Type::*, attr, fact, need, opt};

macro_rules! op {
    ($static:ident, $name:literal, $cli:literal) => {
        #[doc = concat!("EC2 ", $name, ".")]
        pub static $static: Operation =
            Operation::regional("ec2", $name, concat!("ec2 ", $cli), &[concat!("ec2:", $name)]);
    };
}

op!(DESCRIBE_INSTANCES, "DescribeInstances", "describe-instances");
op!(DESCRIBE_IMAGES, "DescribeImages", "describe-images");
op!(DESCRIBE_VOLUMES, "DescribeVolumes", "describe-volumes");
op!(DESCRIBE_SNAPSHOTS, "DescribeSnapshots", "describe-snapshots");
op!(DESCRIBE_SNAPSHOT_ATTRIBUTE, "DescribeSnapshotAttribute", "describe-snapshot-attribute");
op!(DESCRIBE_LAUNCH_TEMPLATES, "DescribeLaunchTemplates", "describe-launch-templates");
op!(GET_EBS_ENCRYPTION_BY_DEFAULT, "GetEbsEncryptionByDefault", "get-ebs-encryption-by-default");
op!(GET_EBS_DEFAULT_KMS_KEY_ID, "GetEbsDefaultKmsKeyId", "get-ebs-default-kms-key-id");
op!(GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS, "GetSnapshotBlockPublicAccessState", "get-snapshot-block-public-access-state");
op!(GET_IMAGE_BLOCK_PUBLIC_ACCESS, "GetImageBlockPublicAccessState", "get-image-block-public-access-state");

/// EC2 DescribeLaunchTemplateVersions: its answers carry user data, where people leave passwords.
pub static DESCRIBE_LAUNCH_TEMPLATE_VERSIONS: Operation = Operation::regional(
    "ec2",
    "DescribeLaunchTemplateVersions",
    "ec2 describe-launch-template-versions",
    &["ec2:DescribeLaunchTemplateVersions"],
)
.with_secrets(&["userData"]);

/// A virtual machine.
pub static INSTANCE: Kind = Kind {
    name: "AWS::EC2::Instance",
    list: &DESCRIBE_INSTANCES,
    tags: Some(&DESCRIBE_INSTANCES),
    locate: "--instance-ids {id}",
    attributes: &[
        attr("State", Str, &DESCRIBE_INSTANCES),
        attr("ImageId", Str, &DESCRIBE_INSTANCES),
        // Creation date of the image that it runs; null where the image is gone or no longer shared with the account.
        opt("ImageCreationDate", Time, &DESCRIBE_IMAGES),
        attr("InstanceType", Str, &DESCRIBE_INSTANCES),
        attr("LaunchTime", Time, &DESCRIBE_INSTANCES),
        attr("AvailabilityZone", Str, &DESCRIBE_INSTANCES),
        opt("SubnetId", Str, &DESCRIBE_INSTANCES),
        opt("VpcId", Str, &DESCRIBE_INSTANCES),
        opt("PublicIpAddress", Str, &DESCRIBE_INSTANCES),
        attr("SecurityGroupIds", List, &DESCRIBE_INSTANCES),
        // {NetworkInterfaceId, SubnetId, Groups, PublicIps, Ipv6Addresses}
        attr("NetworkInterfaces", List, &DESCRIBE_INSTANCES),
        // {HttpTokens, HttpEndpoint, HttpPutResponseHopLimit}
        attr("MetadataOptions", Map, &DESCRIBE_INSTANCES),
        opt("IamInstanceProfile", Str, &DESCRIBE_INSTANCES),
        opt("Monitoring", Str, &DESCRIBE_INSTANCES),
        opt("OutpostArn", Str, &DESCRIBE_INSTANCES),
        fact("facts.internet_ports", List, NETWORK_NEEDS),
        fact("facts.zones_of_its_group", List, &[need("AWS::EC2::Instance", &["State", "AvailabilityZone"])]),
    ],
};

/// What reachability from the Internet rests on.
pub const NETWORK_NEEDS: &[super::Need] = &[
    need("AWS::EC2::Instance", &["State", "SubnetId", "SecurityGroupIds", "NetworkInterfaces", "PublicIpAddress"]),
    need("AWS::EC2::Subnet", &["VpcId"]),
    need("AWS::EC2::RouteTable", &["VpcId", "Routes", "Associations"]),
    need("AWS::EC2::NetworkAcl", &["Entries", "SubnetIds"]),
    need("AWS::EC2::SecurityGroup", &["SecurityGroupIngress"]),
    need("AWS::EC2::PrefixList", &["Entries"]),
];

/// A disk.
pub static VOLUME: Kind = Kind {
    name: "AWS::EC2::Volume",
    list: &DESCRIBE_VOLUMES,
    tags: Some(&DESCRIBE_VOLUMES),
    locate: "--volume-ids {id}",
    attributes: &[
        attr("Encrypted", Bool, &DESCRIBE_VOLUMES),
        opt("KmsKeyId", Str, &DESCRIBE_VOLUMES),
        attr("State", Str, &DESCRIBE_VOLUMES),
        attr("CreateTime", Time, &DESCRIBE_VOLUMES),
        attr("AvailabilityZone", Str, &DESCRIBE_VOLUMES),
        // Ids of the instances that it is attached to.
        attr("InstanceIds", List, &DESCRIBE_VOLUMES),
        fact(
            "facts.newest_restore_point",
            Time,
            &[
                need("AWS::EC2::Snapshot", &["VolumeId", "State", "StartTime"]),
                need("AWS::Backup::ProtectedResource", &["LastBackupTime"]),
            ],
        ),
    ],
};

/// A snapshot of a disk, owned by the account.
pub static SNAPSHOT: Kind = Kind {
    name: "AWS::EC2::Snapshot",
    list: &DESCRIBE_SNAPSHOTS,
    tags: Some(&DESCRIBE_SNAPSHOTS),
    locate: "--snapshot-ids {id}",
    attributes: &[
        attr("Encrypted", Bool, &DESCRIBE_SNAPSHOTS),
        opt("KmsKeyId", Str, &DESCRIBE_SNAPSHOTS),
        attr("State", Str, &DESCRIBE_SNAPSHOTS),
        attr("StartTime", Time, &DESCRIBE_SNAPSHOTS),
        opt("VolumeId", Str, &DESCRIBE_SNAPSHOTS),
        attr("Public", Bool, &DESCRIBE_SNAPSHOT_ATTRIBUTE),
    ],
};

/// A machine image, owned by the account.
pub static IMAGE: Kind = Kind {
    name: "AWS::EC2::Image",
    list: &DESCRIBE_IMAGES,
    tags: Some(&DESCRIBE_IMAGES),
    locate: "--image-ids {id}",
    attributes: &[
        attr("Public", Bool, &DESCRIBE_IMAGES),
        opt("Name", Str, &DESCRIBE_IMAGES),
        opt("CreationDate", Time, &DESCRIBE_IMAGES),
    ],
};

/// A launch template.
pub static LAUNCH_TEMPLATE: Kind = Kind {
    name: "AWS::EC2::LaunchTemplate",
    list: &DESCRIBE_LAUNCH_TEMPLATES,
    tags: Some(&DESCRIBE_LAUNCH_TEMPLATES),
    locate: "--launch-template-ids {id}",
    attributes: &[
        attr("LaunchTemplateName", Str, &DESCRIBE_LAUNCH_TEMPLATES),
        // The default and the latest version: {VersionNumber, HttpTokens, HttpEndpoint, ImageId}
        attr("Versions", List, &DESCRIBE_LAUNCH_TEMPLATE_VERSIONS),
    ],
};

/// What a region defaults to.
pub static REGION: Kind = Kind {
    name: REGION_KIND,
    list: &DESCRIBE_REGIONS,
    tags: None,
    locate: "--region-names {id}",
    attributes: &[
        attr("EbsEncryptionByDefault", Bool, &GET_EBS_ENCRYPTION_BY_DEFAULT),
        attr("EbsDefaultKmsKeyId", Str, &GET_EBS_DEFAULT_KMS_KEY_ID),
        attr("SnapshotBlockPublicAccess", Str, &GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS),
        attr("ImageBlockPublicAccess", Str, &GET_IMAGE_BLOCK_PUBLIC_ACCESS),
        fact(
            "facts.used",
            Bool,
            &[
                need("AWS::EC2::Instance", &["State"]),
                need("AWS::EC2::VPC", &["IsDefault"]),
                need("AWS::ElasticLoadBalancingV2::LoadBalancer", &[]),
                need("AWS::Lambda::Function", &[]),
                need("AWS::RDS::DBInstance", &[]),
            ],
        ),
    ],
};

/// Amazon EC2.
pub static SERVICE: Service = Service {
    name: "ec2",
    operations: &[
        &DESCRIBE_INSTANCES,
        &DESCRIBE_IMAGES,
        &DESCRIBE_VOLUMES,
        &DESCRIBE_SNAPSHOTS,
        &DESCRIBE_SNAPSHOT_ATTRIBUTE,
        &DESCRIBE_LAUNCH_TEMPLATES,
        &DESCRIBE_LAUNCH_TEMPLATE_VERSIONS,
        &GET_EBS_ENCRYPTION_BY_DEFAULT,
        &GET_EBS_DEFAULT_KMS_KEY_ID,
        &GET_SNAPSHOT_BLOCK_PUBLIC_ACCESS,
        &GET_IMAGE_BLOCK_PUBLIC_ACCESS,
        &DESCRIBE_VPCS,
        &DESCRIBE_NETWORK_INTERFACES,
        &DESCRIBE_FLOW_LOGS,
        &DESCRIBE_DHCP_OPTIONS,
        &DESCRIBE_SUBNETS,
        &DESCRIBE_ROUTE_TABLES,
        &DESCRIBE_INTERNET_GATEWAYS,
        &DESCRIBE_NAT_GATEWAYS,
        &DESCRIBE_SECURITY_GROUPS,
        &DESCRIBE_NETWORK_ACLS,
        &DESCRIBE_MANAGED_PREFIX_LISTS,
        &GET_MANAGED_PREFIX_LIST_ENTRIES,
        &DESCRIBE_ADDRESSES,
        &DESCRIBE_VPC_ENDPOINTS,
        &DESCRIBE_VPC_PEERING_CONNECTIONS,
        &DESCRIBE_TRANSIT_GATEWAY_ATTACHMENTS,
        &DESCRIBE_CUSTOMER_GATEWAYS,
    ],
    kinds: &[
        &INSTANCE,
        &VOLUME,
        &SNAPSHOT,
        &IMAGE,
        &LAUNCH_TEMPLATE,
        &REGION,
        &VPC,
        &NETWORK_INTERFACE,
        &SUBNET,
        &ROUTE_TABLE,
        &INTERNET_GATEWAY,
        &NAT_GATEWAY,
        &SECURITY_GROUP,
        &NETWORK_ACL,
        &PREFIX_LIST,
        &EIP,
        &VPC_ENDPOINT,
        &VPC_PEERING_CONNECTION,
        &TRANSIT_GATEWAY_ATTACHMENT,
        &CUSTOMER_GATEWAY,
    ],
};
