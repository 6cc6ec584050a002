"""SQS attributes that moto 5.2.1 forgets: it takes RedriveAllowPolicy and never gives it back, for which Terraform waits
in vain, and each SetQueueAttributes without a Policy drops the one that is there ("SetQueueAttributes", SQS API
Reference: what a request does not name stays)."""
from moto.sqs.models import Queue

set_attributes = Queue._set_attributes
attributes = Queue.attributes.fget


def set_only_what_is_named(self, named, now=None):
    policy = getattr(self, "policy", None)
    set_attributes(self, named, now)
    if "Policy" not in named:
        self.policy = policy


def attributes_that_are_there(self):
    return {name: value for name, value in attributes(self).items() if value is not None}


Queue.redrive_allow_policy = None
Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
Queue._set_attributes = set_only_what_is_named
Queue.attributes = property(attributes_that_are_there)
