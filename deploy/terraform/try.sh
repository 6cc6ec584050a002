#!/usr/bin/env bash
# Tries the examples against the moto server of tests/moto, with the real provider: plans, applies, sees that nothing
# drifts and that a change made through the API arrives in the queue, destroys. Four minutes; no AWS account.
#
#   deploy/terraform/try.sh PLUGIN_DIR [plan]
#
# PLUGIN_DIR is a local mirror of providers (`terraform providers mirror DIR`); `plan` leaves out all that follows a plan.
# Needs terraform, and python3 with what tests/moto/requirements.txt names. KAKUNIN names another binary.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
plugins=${1:?usage: try.sh PLUGIN_DIR [plan]}
only=${2:-}
work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export AWS_ENDPOINT_URL=http://127.0.0.1:$port AWS_ACCESS_KEY_ID=testing AWS_SECRET_ACCESS_KEY=testing
export AWS_REGION=ap-northeast-1 AWS_DEFAULT_REGION=ap-northeast-1 AWS_EC2_METADATA_DISABLED=true
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null
export TF_CLI_CONFIG_FILE=/dev/null TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
unset AWS_PROFILE AWS_SESSION_TOKEN AWS_CA_BUNDLE

cp -r "$here" "$work/terraform"
rm -rf "$work"/terraform/examples/*/.terraform*
python3 "$here/../../tests/moto/serve.py" "$port" "$work/access.log" >"$work/moto.log" 2>&1 &
server=$!
for _ in $(seq 150); do
  kill -0 "$server" 2>/dev/null || { tail -5 "$work/moto.log" >&2; exit 1; }
  python3 - "$port" <<'PY' 2>/dev/null && break
import sys, urllib.request
urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/moto-api/config", timeout=1).read()
PY
  sleep 0.2
done

"${KAKUNIN:-kakunin}" policy --all --watch >"$work/policy.json"
python3 - "$work/policy.json" >"$work/nightly.json" <<'PY'
# What the nightly example expects to be there.
import json, sys
import boto3
ec2, secrets, sns = boto3.client("ec2"), boto3.client("secretsmanager"), boto3.client("sns")
print(json.dumps({
    "vpc_id": ec2.describe_vpcs()["Vpcs"][0]["VpcId"],
    "subnet_ids": [s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]][:2],
    "database_cidrs": ["10.0.0.0/16"],
    "database_url_secret_arn": secrets.create_secret(Name="kakunin/database-url", SecretString="x")["ARN"],
    "slack_webhook_secret_arn": secrets.create_secret(Name="kakunin/slack-webhook-url", SecretString="x")["ARN"],
    "alarm_topic_arns": [sns.create_topic(Name="alarms")["TopicArn"]],
    "policy_file": sys.argv[1],
}))
PY
echo '{}' >"$work/change-events.json"

for example in nightly change-events; do
  tf() { terraform -chdir="$work/terraform/examples/$example" "$@"; }
  echo "== $example"
  tf init -plugin-dir="$plugins" -no-color >"$work/init.log" || { cat "$work/init.log" >&2; exit 1; }
  tf validate -no-color
  tf plan -no-color -input=false -var-file="$work/$example.json" -out=plan >"$work/plan.log" || { cat "$work/plan.log" >&2; exit 1; }
  grep '^Plan:' "$work/plan.log"
  [ "$only" = plan ] && continue
  tf apply -no-color plan | grep '^Apply complete'
  tf plan -no-color -input=false -var-file="$work/$example.json" -detailed-exitcode >"$work/drift.log" \
    || { echo "what was applied is not what is written:" >&2; cat "$work/drift.log" >&2; exit 1; }
done
[ "$only" = plan ] && exit

echo "== a change arrives"
python3 - <<'PY'
import json, time
import boto3

region = "ap-northeast-1"
sqs = boto3.client("sqs", region_name=region)
url = sqs.get_queue_url(QueueName="kakunin-changes")["QueueUrl"]


def taken():
    names, quiet = [], 0
    while quiet < 3:
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=0).get("Messages", [])
        quiet = 0 if found else quiet + 1
        for message in found:
            names.append(json.loads(message["Body"])["detail"]["eventName"])
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        time.sleep(0.1)
    return names


def put(where=region, **detail):
    detail = {"eventSource": "rds.amazonaws.com", "eventName": "ModifyDBInstance", "readOnly": False, **detail}
    boto3.client("events", region_name=where).put_events(Entries=[
        {"Source": "aws.rds", "DetailType": "AWS API Call via CloudTrail", "Detail": json.dumps(detail)}])
    return taken()


def expect(what, found, wanted):
    print(f"{'ok  ' if found == wanted else 'FAIL'} {what}: {found}")
    assert found == wanted, wanted


taken()  # what setting all this up has put there
expect("a call that writes", put(), ["ModifyDBInstance"])
expect("a call that reads", put(readOnly=True), [])
expect("a call that was refused", put(errorCode="AccessDenied"), [])
expect("a call that decides nothing", put(eventName="CreateLogStream"), [])
expect("a call in another region", put("us-east-1", eventName="CreateRole"), ["CreateRole"])
boto3.client("ec2", region_name=region).create_security_group(GroupName="shop", Description="shop")
expect("a change through the API", taken(), ["CreateSecurityGroup"])
boto3.client("iam", region_name="us-east-1").create_user(UserName="hanako")
expect("a change of a global service", taken(), ["CreateUser"])
PY

for example in change-events nightly; do
  echo "== $example goes"
  tf() { terraform -chdir="$work/terraform/examples/$example" "$@"; }
  tf destroy -no-color -auto-approve -input=false -var-file="$work/$example.json" | grep '^Destroy complete'
done
