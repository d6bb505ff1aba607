"""Runs a machine in moto's Step Functions interpreter, in an environment that has nothing else, and prints the seconds
of each run.

Reads ``{"definition": …, "input": …, "runs": …}`` from standard input.
"""

import json
import logging
import os
import sys
import time

os.environ |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


def main():
    import boto3
    from moto import mock_aws

    logging.disable(logging.CRITICAL)
    order = json.load(sys.stdin)
    seconds = []
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        client = boto3.client("stepfunctions")
        role, definition = "arn:aws:iam::123456789012:role/any", json.dumps(order["definition"])
        machine = client.create_state_machine(name="counting", definition=definition, roleArn=role)["stateMachineArn"]
        for number in range(order["runs"]):
            began = time.perf_counter()
            started = client.start_execution(
                stateMachineArn=machine, name=f"run-{number}", input=json.dumps(order["input"])
            )
            # It has no synchronous start; asking a hundred times a second costs it next to nothing.
            while (done := client.describe_execution(executionArn=started["executionArn"]))["status"] == "RUNNING":
                time.sleep(0.01)
            seconds.append(time.perf_counter() - began)
    json.dump(
        {"seconds": seconds, "status": done["status"], "output": json.loads(done.get("output") or "null")}, sys.stdout
    )


main()
