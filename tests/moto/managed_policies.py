"""Writes all AWS managed policies that the installed moto carries, as JSON: [{"name": …, "arn": …, "document": {…}}].
"""

import json
import sys

from moto.iam.aws_managed_policies import aws_managed_policies_data as data

if isinstance(data, str):
    data = json.loads(data)

json.dump(
    [
        {
            "name": name,
            "arn": policy.get("Arn", f"arn:aws:iam::aws:policy{policy.get('Path', '/')}{name}"),
            "document": policy["Document"],
        }
        for name, policy in sorted(data.items())
    ],
    sys.stdout,
)
