//! AWS Certificate Manager: certificates.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// AWS Certificate Manager ListCertificates.
pub static LIST_CERTIFICATES: Operation =
    Operation::regional("acm", "ListCertificates", "acm list-certificates", &["acm:ListCertificates"]);

/// A certificate.
pub static CERTIFICATE: Kind = Kind {
    name: "AWS::CertificateManager::Certificate",
    list: &LIST_CERTIFICATES,
    tags: None,
    locate: "",
    attributes: &[
        attr("DomainName", Str, &LIST_CERTIFICATES),
        attr("Status", Str, &LIST_CERTIFICATES),
        attr("KeyAlgorithm", Str, &LIST_CERTIFICATES),
        attr("InUse", Bool, &LIST_CERTIFICATES),
        opt("NotAfter", Time, &LIST_CERTIFICATES),
        opt("RenewalEligibility", Str, &LIST_CERTIFICATES),
    ],
};

/// AWS Certificate Manager: certificates.
pub static SERVICE: Service = Service { name: "acm", operations: &[&LIST_CERTIFICATES], kinds: &[&CERTIFICATE] };
