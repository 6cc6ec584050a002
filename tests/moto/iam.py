#!/usr/bin/env python3
"""Makes a user with exactly one policy, or changes that policy, or turns moto's IAM enforcement on.

  iam.py ENDPOINT user POLICY_FILE    prints the key id and the secret
  iam.py ENDPOINT policy POLICY_FILE KEY_ID SECRET
  iam.py ENDPOINT enforce
"""
import sys
import urllib.request

import boto3

endpoint, what, *rest = sys.argv[1:]


def iam(key="testing", secret="testing"):
    return boto3.client("iam", region_name="us-east-1", endpoint_url=endpoint, aws_access_key_id=key,
                        aws_secret_access_key=secret)


def enforce(after):
    request = urllib.request.Request(f"{endpoint}/moto-api/reset-auth", data=after.encode(), method="POST",
                                     headers={"Content-Type": "text/plain"})
    urllib.request.urlopen(request).read()


if what == "user":
    client = iam()
    client.create_user(UserName="kakunin")
    client.put_user_policy(UserName="kakunin", PolicyName="read", PolicyDocument=open(rest[0]).read())
    key = client.create_access_key(UserName="kakunin")["AccessKey"]
    print(key["AccessKeyId"], key["SecretAccessKey"])
elif what == "policy":
    enforce("inf")
    iam().put_user_policy(UserName="kakunin", PolicyName="read", PolicyDocument=open(rest[0]).read())
    enforce("0")
elif what == "enforce":
    enforce("0")
