"""Runs state machines in moto's engine, for a second opinion on the rehearsal's own.

Reads a JSON list of cases on stdin, each {"definition", "input", "scripts"}; "scripts" holds the answers of each
function, {"ok": value} or {"error": name, "message": text}, one per call, the last one repeating. Writes a JSON list of
{"status", "output", "error", "cause", "states", "events", "seconds"} to stdout, in the same order. Waits and retry
intervals are added up, not waited for.
"""

import copy
import json
import os
import sys
import time
import types

os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
    # Any value serves: nothing leaves this process.
    os.environ[name] = "offline"

import boto3  # noqa: E402
from moto import mock_aws  # noqa: E402
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl  # noqa: E402
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils  # noqa: E402
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import (  # noqa: E402
    WaitFunction,
)

scripts = {}
waits = []


def invoke(parameters, **_rest):
    # A name, or an ARN where the resource is a function itself.
    answers = scripts[parameters["FunctionName"].split(":")[-1]]
    answer = answers.pop(0) if len(answers) > 1 else answers[0]
    if "error" in answer:
        message = answer.get("message", "it broke")
        payload = {"errorType": answer["error"], "errorMessage": message}
        raise lambda_eval_utils.LambdaFunctionErrorException(
            "Unhandled", json.dumps(payload, separators=(",", ":"))
        )
    return {"ExecutedVersion": "$LATEST", "Payload": copy.deepcopy(answer["ok"]), "StatusCode": 200}


def note_wait(_self, env, wait_seconds):
    waits.append(wait_seconds)


lambda_eval_utils._invoke_lambda_function = invoke
WaitFunction._wait_interval = note_wait
retrier_decl.time = types.SimpleNamespace(sleep=waits.append)


def run(client, number, case):
    scripts.clear()
    scripts.update(copy.deepcopy(case.get("scripts", {})))
    waits.clear()
    machine = client.create_state_machine(
        name=f"case-{number}",
        definition=json.dumps(case["definition"]),
        roleArn="arn:aws:iam::123456789012:role/machine-role",
    )["stateMachineArn"]
    execution = client.start_execution(
        stateMachineArn=machine, name="one", input=json.dumps(case["input"])
    )["executionArn"]
    end = time.monotonic() + 10
    while True:
        found = client.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING" or time.monotonic() > end:
            break
        time.sleep(0.005)
    events = client.get_execution_history(executionArn=execution, maxResults=1000)["events"]
    return {
        "status": found["status"],
        "output": json.loads(found["output"]) if "output" in found else None,
        "error": found.get("error"),
        "cause": found.get("cause"),
        "states": [e["stateEnteredEventDetails"]["name"] for e in events if "stateEnteredEventDetails" in e],
        "events": [e["type"] for e in events],
        "seconds": sum(waits),
    }


@mock_aws(config={"stepfunctions": {"execute_state_machine": True}})
def main():
    client = boto3.client("stepfunctions", region_name="eu-west-1")
    cases = json.load(sys.stdin)
    json.dump([run(client, number, case) for number, case in enumerate(cases)], sys.stdout)


main()
