"""SQS's attributes as SQS gives them. moto 5.2.1 takes RedriveAllowPolicy and never gives it back, for which Terraform waits
in vain; each SetQueueAttributes without a Policy drops the one that is there ("SetQueueAttributes", SQS API Reference: what
a request does not name stays); and RedrivePolicy comes with white space that SQS does not write."""
import json

from moto.sqs.models import Queue

set_attributes = Queue._set_attributes
attributes = Queue.attributes.fget


def set_only_what_is_named(self, named, now=None):
    policy = getattr(self, "policy", None)
    set_attributes(self, named, now)
    if "Policy" not in named:
        self.policy = policy


def attributes_as_they_are(self):
    # An empty text takes an attribute away.
    found = {name: value for name, value in attributes(self).items() if value not in (None, "")}
    if self.redrive_policy:
        found["RedrivePolicy"] = json.dumps(self.redrive_policy, separators=(",", ":"))
    return found


Queue.redrive_allow_policy = None
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
Queue._set_attributes = set_only_what_is_named
Queue.attributes = property(attributes_as_they_are)
