//! Pagination of operations for which the SDK has no paginator.

use std::future::Future;

use aws_smithy_async::future::pagination_stream::PaginationStream;
use aws_smithy_async::future::pagination_stream::fn_stream::FnStream;

/// A stream of pages: `call` asks for the page at a token, `next` gives the token of the page after it.
///
/// It ends at a page without a token, at an error, or at a token that was just used: [`super::Cx::pages`] tells the
/// last from the end.
#[allow(dead_code, reason = "a build without the services that need it")]
pub(super) fn by_token<O, E, Call, Fut>(call: Call, next: fn(&O) -> Option<&str>) -> PaginationStream<Result<O, E>>
where
    O: Send + 'static,
    E: Send + 'static,
    Call: Fn(Option<String>) -> Fut + Send + 'static,
    Fut: Future<Output = Result<O, E>> + Send + 'static,
{
    PaginationStream::new(FnStream::new(move |tx| {
        Box::pin(async move {
            let mut token: Option<String> = None;
            loop {
                let answer = call(token.clone()).await;
                let after = answer.as_ref().ok().and_then(next).filter(|t| !t.is_empty()).map(ToString::to_string);
                let done = after.is_none() || after == token;
                token = after;
                if tx.send(answer).await.is_err() || done {
                    return;
                }
            }
        })
    }))
}
