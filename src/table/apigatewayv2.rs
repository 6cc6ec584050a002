//! Amazon API Gateway: HTTP and WebSocket APIs.

use super::{Kind, Operation, Service, Type::*, attr};

/// API Gateway v2 GetApis.
pub static GET_APIS: Operation =
    Operation::regional("apigatewayv2", "GetApis", "apigatewayv2 get-apis", &["apigateway:GET"]);
/// API Gateway v2 GetRoutes.
pub static GET_ROUTES: Operation =
    Operation::regional("apigatewayv2", "GetRoutes", "apigatewayv2 get-routes", &["apigateway:GET"]);
/// API Gateway v2 GetStages. People put keys into stage variables.
pub static GET_STAGES: Operation =
    Operation::regional("apigatewayv2", "GetStages", "apigatewayv2 get-stages", &["apigateway:GET"])
        .with_secrets(&["stageVariables"]);

/// An HTTP or WebSocket API.
pub static API: Kind = Kind {
    name: "AWS::ApiGatewayV2::Api",
    list: &GET_APIS,
    tags: Some(&GET_APIS),
    locate: "",
    attributes: &[
        attr("Name", Str, &GET_APIS),
        attr("ProtocolType", Str, &GET_APIS),
        // Routes that can have an authoriser: all of an HTTP API, `$connect` of a WebSocket API. {RouteKey,
        // AuthorizationType}
        attr("Routes", List, &GET_ROUTES),
        // {StageName, AccessLogDestination}
        attr("Stages", List, &GET_STAGES),
    ],
};

/// Amazon API Gateway, second version of its API.
pub static SERVICE: Service =
    Service { name: "apigatewayv2", operations: &[&GET_APIS, &GET_ROUTES, &GET_STAGES], kinds: &[&API] };
