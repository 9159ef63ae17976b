"""The loop that the API's documentation shows, writing one flat record for each event: loop.py URL FILE [flush]"""

import json
import sys

import requests

url, path = sys.argv[1:3]
flush = len(sys.argv) > 3

with requests.get(url, stream=True, headers={"Accept": "application/json"}) as response, open(path, "w") as out:
    for line in response.iter_lines():
        event = json.loads(line)["result"]["event"]
        kind = event["eventType"]
        if kind == "ping":
            continue
        _, project, _, device = event["targetName"].split("/")
        record = {
            "eventId": event["eventId"],
            "projectId": project,
            "deviceId": device,
            "eventType": kind,
            "timestamp": event["timestamp"],
            "data": event["data"][kind],
        }
        out.write(json.dumps(record, separators=(",", ":")) + "\n")
        if flush:
            out.flush()
