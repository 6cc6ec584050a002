#!/usr/bin/env python3
"""A moto server on loopback, mended where moto 5.2.1 is unlike AWS in a way that spoils a run.

  serve.py PORT [ACCESS_LOG]

- the snapshots behind moto's built-in AMIs are hidden: it would list over a thousand as the account's own;
- operations that moto lacks and that every account answers with an empty list are answered so (EMPTY below);
- an operation that moto lacks is answered as AWS answers one that it does not know, not by HTTP 500, which clients retry;
- of AWS's managed policies only those in MANAGED are there: the answer with all of them is five megabytes;
- S3's versioning answer has AWS's root element;
- calls that change something are recorded as CloudTrail does, and go to EventBridge (trail.py);
- queues keep the attributes that they were given (queues.py);
- with IAM enforcement on, a REST request without a body passes the signature check (moto hashes the query string).

The access log has one line a request: status, service, operation or method and path.
"""
import io
import json
import os
import re
import sys

PORT = int(sys.argv[1])
LOG = sys.argv[2] if len(sys.argv) > 2 else os.devnull
HERE = os.path.dirname(os.path.abspath(__file__))
os.environ.setdefault("MOTO_AMIS_PATH", os.path.join(HERE, "amis.json"))
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
os.environ.setdefault("MOTO_PORT", str(PORT))

import queues  # noqa: E402, F401
import trail  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, run_simple  # noqa: E402

from moto.ec2.models.amis import AmiBackend  # noqa: E402
from moto.iam.access_control import IAMRequestBase  # noqa: E402
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app  # noqa: E402

MANAGED = {"AdministratorAccess", "ReadOnlyAccess", "PowerUserAccess", "SecurityAudit", "IAMFullAccess"}
if os.environ.get("KAKUNIN_ALL_MANAGED") != "1":
    from moto.iam import models as iam_models

    make = iam_models.IAMBackend._init_aws_policies

    def some_policies(self):
        return [policy for policy in make(self) if policy.name in MANAGED]

    iam_models.IAMBackend._init_aws_policies = some_policies

load_amis = AmiBackend._load_amis


def load_amis_without_snapshots(self):
    load_amis(self)
    self.snapshots.clear()


AmiBackend._load_amis = load_amis_without_snapshots

aws_request = IAMRequestBase._create_aws_request


def aws_request_without_body(self):
    if self._method in ("GET", "HEAD", "DELETE") and not self._body:
        self._data = b""
    return aws_request(self)


IAMRequestBase._create_aws_request = aws_request_without_body

# Operations that moto lacks: what AWS answers for an account that uses none of it.
EMPTY_TARGETS = {
    "StorageGateway_20130630.ListGateways": {"Gateways": []},
    "AmazonSSM.DescribeInstanceInformation": {"InstanceInformationList": []},
    "AmazonSSM.DescribeInstancePatchStates": {"InstancePatchStates": []},
}
EMPTY_PATHS = {("outposts", "/outposts"): {"Outposts": []}}

CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
ACTION = re.compile(rb"(?:^|&)Action=([A-Za-z0-9]+)")
log = open(LOG, "a", buffering=1)


class Served:
    def __init__(self, app):
        self.app = app

    def __call__(self, environ, start_response):
        found = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
        key, region, service = found.groups() if found else ("-", "-", "-")
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        path = environ.get("PATH_INFO", "/")
        action = target.rsplit(".", 1)[-1]
        sent = b""
        if target or environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
            sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(sent)
        if not action and sent:
            match = ACTION.search(sent)
            action = match.group(1).decode() if match else ""
        action = action or f"{environ['REQUEST_METHOD']} {path}"
        empty = EMPTY_TARGETS.get(target) if target else EMPTY_PATHS.get((service, path))
        if target.endswith("CloudTrail_20131101.LookupEvents"):
            empty = trail.look_up(sent)
        status = {}

        def started(line, headers, exc_info=None):
            status["line"] = line
            return start_response(line, headers, exc_info)

        if empty is not None:
            body = json.dumps(empty).encode()
            kind = "application/x-amz-json-1.1" if target else "application/json"
            started("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
            answer = [body]
        else:
            held = {}

            def hold(line, headers, exc_info=None):
                held["line"], held["headers"] = line, headers
                return lambda data: None

            try:
                answer = list(self.app(environ, hold))
            except Exception:  # moto has no backend for it; the stock server answers 500 too
                held["line"], held["headers"] = "500 INTERNAL SERVER ERROR", []
                answer = [b"<!doctype html>"]
            # AWS's root element is VersioningConfiguration ("GetBucketVersioning", S3 API Reference).
            if b"<GetBucketVersioningResponse" in b"".join(answer)[:200]:
                answer = [b"".join(answer).replace(b"GetBucketVersioningResponse", b"VersioningConfiguration")]
                held["headers"] = [(k, v) for k, v in held["headers"] if k.lower() != "content-length"]
                held["headers"].append(("Content-Length", str(len(answer[0]))))
            page = b"".join(answer)[:100].lower()
            if held["line"].startswith(("500", "404")) and page.lstrip().startswith(b"<!doctype html") and service != "-":
                code = "UnknownOperationException"
                form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
                if form and service == "ec2":
                    body = f"<Response><Errors><Error><Code>{code}</Code><Message>moto lacks it</Message></Error></Errors></Response>"
                elif form or service in ("s3", "cloudfront", "route53"):
                    error = f"<Error><Code>{code}</Code><Message>moto lacks it</Message></Error>"
                    body = error if service == "s3" else f"<ErrorResponse>{error}</ErrorResponse>"
                else:
                    body = json.dumps({"__type": code, "message": "moto lacks it"})
                kind = "text/xml" if body.startswith("<") else "application/json"
                answer = [body.encode()]
                started("400 Bad Request", [("Content-Type", kind), ("x-amzn-errortype", code),
                                            ("Content-Length", str(len(answer[0])))])
            else:
                started(held["line"], held["headers"])
                if held["line"].startswith("2") and service != "-":
                    trail.note(service, region, key, environ.get("REMOTE_ADDR", ""), target, environ["REQUEST_METHOD"],
                               path, environ.get("QUERY_STRING", ""), sent)
        log.write(f"{status.get('line', '?')[:3]}\t{service}\t{action}\n")
        return answer


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *args, **kwargs):
        pass


if __name__ == "__main__":
    import logging

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    run_simple("127.0.0.1", PORT, Served(DomainDispatcherApplication(create_backend_app)), threaded=True,
               request_handler=Quiet)
