"""CloudTrail for the moto server: moto records no calls, sends none to EventBridge and lacks LookupEvents.

Each call that changes something becomes a record of the shape that "CloudTrail record contents" describes, is put on the
default event bus as "AWS API Call via CloudTrail" ("AWS service events delivered via AWS CloudTrail", EventBridge User
Guide), from where moto carries it to the targets of rules, and can be looked up by the name of a resource.

What calls change is told from their names; of S3's REST calls the ones below are known, other REST calls go unrecorded.
"""
import json
import threading
import time
import urllib.parse
import uuid

ACCOUNT = "123456789012"
READS = ("Describe", "Get", "List", "Head", "Lookup", "Search", "BatchGet", "Generate", "Receive", "Query", "Scan", "Select")
# Data events and the like: no management events ("Logging management events", CloudTrail User Guide).
DATA = {("sqs", "SendMessage"), ("sqs", "DeleteMessage"), ("sqs", "DeleteMessageBatch"), ("sqs", "ChangeMessageVisibility"),
        ("sns", "Publish"), ("events", "PutEvents"), ("dynamodb", "PutItem"), ("dynamodb", "UpdateItem"),
        ("logs", "PutLogEvents"), ("monitoring", "PutMetricData"), ("securityhub", "BatchImportFindings"),
        ("sts", "AssumeRole")}
# Services that belong to no region: their records are of us-east-1.
GLOBAL = {"iam", "route53", "cloudfront", "organizations"}
# S3: method and sub-resource.
S3 = {("PUT", "policy"): "PutBucketPolicy", ("DELETE", "policy"): "DeleteBucketPolicy", ("PUT", "acl"): "PutBucketAcl",
      ("PUT", "versioning"): "PutBucketVersioning", ("PUT", "encryption"): "PutBucketEncryption",
      ("DELETE", "encryption"): "DeleteBucketEncryption", ("PUT", "publicAccessBlock"): "PutBucketPublicAccessBlock",
      ("DELETE", "publicAccessBlock"): "DeleteBucketPublicAccessBlock", ("PUT", "logging"): "PutBucketLogging",
      ("PUT", "lifecycle"): "PutBucketLifecycle", ("PUT", "tagging"): "PutBucketTagging", ("PUT", ""): "CreateBucket",
      ("DELETE", ""): "DeleteBucket"}

records = []
lock = threading.Lock()


def call(service, target, method, path, query, body):
    """Name and parameters of a call; None where it changes nothing or is not known."""
    if service == "s3":
        parts = path.strip("/").split("/")
        if len(parts) != 1 or not parts[0]:
            return None
        sub = next((name for (_, name) in S3 if name and name in query), "")
        name = S3.get((method, sub))
        return (name, {"bucketName": parts[0]}) if name else None
    if target:
        name = target.rsplit(".", 1)[-1]
        try:
            params = json.loads(body or b"{}")
        except ValueError:
            params = {}
    else:
        form = urllib.parse.parse_qs(body.decode("utf-8", "replace"))
        name = form.get("Action", [""])[0]
        params = {key[0].lower() + key[1:]: values[0] for key, values in form.items() if key not in ("Action", "Version")}
    if not name or name.startswith(READS) or (service, name) in DATA:
        return None
    return name, params


def strings(value):
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def user_of(key):
    from moto.iam.models import iam_backends

    for user in iam_backends[ACCOUNT]["aws"].users.values():
        if any(access.access_key_id == key for access in user.access_keys):
            return user.name
    return None


def note(service, region, key, address, target, method, path, query, body):
    """Records a call that succeeded, and puts it on the bus."""
    found = call(service, target, method, path, query, body)
    if found is None:
        return
    name, params = found
    region = "us-east-1" if service in GLOBAL else region
    user = user_of(key)
    identity = ({"type": "IAMUser", "userName": user, "arn": f"arn:aws:iam::{ACCOUNT}:user/{user}"} if user
                else {"type": "Root", "arn": f"arn:aws:iam::{ACCOUNT}:root"})
    now = time.time()
    record = {
        "eventVersion": "1.11", "eventID": str(uuid.uuid4()), "eventSource": f"{service}.amazonaws.com", "eventName": name,
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now)), "awsRegion": region,
        "recipientAccountId": ACCOUNT, "eventType": "AwsApiCall", "eventCategory": "Management", "managementEvent": True,
        "readOnly": False, "sourceIPAddress": address, "userIdentity": {**identity, "accountId": ACCOUNT, "accessKeyId": key},
        "requestParameters": params, "responseElements": None,
    }
    with lock:
        records.append((now, record))
    from moto.events.models import events_backends

    events_backends[ACCOUNT][region].put_events([{
        "Source": f"aws.{service}", "DetailType": "AWS API Call via CloudTrail", "Detail": json.dumps(record)}])


def look_up(body):
    """LookupEvents by the name of a resource, the newest first, at most 50."""
    asked = json.loads(body or b"{}")
    wanted = [a["AttributeValue"] for a in asked.get("LookupAttributes", []) if a["AttributeKey"] == "ResourceName"]
    start, end = asked.get("StartTime", 0), asked.get("EndTime", float("inf"))
    found = []
    with lock:
        for when, record in reversed(records):
            named = set(strings(record["requestParameters"]))
            named |= {text.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for text in named}
            if not start <= when <= end + 1 or (wanted and not named & set(wanted)):
                continue
            found.append({
                "EventId": record["eventID"], "EventName": record["eventName"], "EventSource": record["eventSource"],
                "EventTime": when, "ReadOnly": "false", "Username": record["userIdentity"].get("userName", "root"),
                "Resources": [{"ResourceName": text} for text in wanted], "CloudTrailEvent": json.dumps(record)})
    return {"Events": found[:50]}
