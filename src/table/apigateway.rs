//! Amazon API Gateway: REST APIs and domain names.

use super::{Kind, Operation, Service, Type::*, attr, opt};

/// API Gateway GetRestApis.
pub static GET_REST_APIS: Operation =
    Operation::regional("apigateway", "GetRestApis", "apigateway get-rest-apis", &["apigateway:GET"]);
/// API Gateway GetResources, with their methods. What an integration is sent may hold keys.
pub static GET_RESOURCES: Operation =
    Operation::regional("apigateway", "GetResources", "apigateway get-resources", &["apigateway:GET"])
        .with_secrets(&["methodIntegration", "requestParameters"]);
/// API Gateway GetStages. People put keys into stage variables.
pub static GET_STAGES: Operation =
    Operation::regional("apigateway", "GetStages", "apigateway get-stages", &["apigateway:GET"])
        .with_secrets(&["variables", "stageVariableOverrides"]);
/// API Gateway GetDomainNames.
pub static GET_DOMAIN_NAMES: Operation =
    Operation::regional("apigateway", "GetDomainNames", "apigateway get-domain-names", &["apigateway:GET"]);

/// A REST API.
pub static REST_API: Kind = Kind {
    name: "AWS::ApiGateway::RestApi",
    list: &GET_REST_APIS,
    tags: Some(&GET_REST_APIS),
    locate: "",
    attributes: &[
        attr("Name", Str, &GET_REST_APIS),
        // EDGE, REGIONAL, PRIVATE
        attr("EndpointTypes", List, &GET_REST_APIS),
        opt("Policy", Map, &GET_REST_APIS),
        // Methods other than OPTIONS, which browsers call without credentials: {Path, HttpMethod, AuthorizationType,
        // ApiKeyRequired}
        attr("Methods", List, &GET_RESOURCES),
        // {StageName, AccessLogDestination, WebAclArn, TracingEnabled}
        attr("Stages", List, &GET_STAGES),
    ],
};

/// A domain name of one's own.
pub static DOMAIN_NAME: Kind = Kind {
    name: "AWS::ApiGateway::DomainName",
    list: &GET_DOMAIN_NAMES,
    tags: Some(&GET_DOMAIN_NAMES),
    locate: "",
    attributes: &[attr("SecurityPolicy", Str, &GET_DOMAIN_NAMES)],
};

/// Amazon API Gateway, first version of its API.
pub static SERVICE: Service = Service {
    name: "apigateway",
    operations: &[&GET_REST_APIS, &GET_RESOURCES, &GET_STAGES, &GET_DOMAIN_NAMES],
    kinds: &[&REST_API, &DOMAIN_NAME],
};
