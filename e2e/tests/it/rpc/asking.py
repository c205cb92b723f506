"""A client written for the gateway document: POST /rpc and the HTTP interface, nothing else."""

import json
import os
import urllib.error
import urllib.request

SERVER, TOKEN = os.environ["SERVER"], os.environ["TOKEN"]


def request(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    url = f"http://{SERVER}{path}"
    with urllib.request.urlopen(urllib.request.Request(url, data, headers, method=method)) as got:
        return json.load(got)


def rpc(method, params=None, id=1):
    body = {"jsonrpc": "2.0", "id": id, "method": method}
    if params is not None:
        body["params"] = params
    answer = request("POST", "/rpc", body)
    assert answer["jsonrpc"] == "2.0" and answer["id"] == id, answer
    return answer


assert request("GET", "/health")["status"] == "ok"
assert request("GET", "/api/auth/check")["required"] is True
assert request("POST", "/api/auth/verify", {"token": TOKEN}) == {"valid": True}
assert set(request("GET", "/api/build")) >= {"version", "time", "commit"}
agents = request("GET", "/api/agents")
assert agents["count"] == len(agents["agents"]) > 0

asked = rpc("ask", {"content": "/say 你好", "agent": "demo"}, id="one")["result"]
assert asked["content"] == "你好", asked
session = asked["session_id"]
again = rpc("ask", {"content": "/say again", "session_id": session})["result"]
assert (again["content"], again["session_id"]) == ("again", session)

assert rpc("ask_stream", {"content": "x"})["error"]["code"] == -32601
assert rpc("ask", {})["error"]["message"] == "Missing required param: content"
assert rpc("ask", {"content": "x", "agent": "nobody"})["error"]["code"] == -32602
other = rpc("ask", {"content": "x", "session_id": session, "agent": "codex"})["error"]
assert other["data"]["code"] == "session_has_other", other

patch = {"name": "Named", "add_tags": ["a", "b"], "remove_tags": ["b"], "archived": True}
changed = request("PATCH", f"/api/sessions/{session}", patch)["session"]
assert (changed["name"], changed["tags"], changed["archived"]) == ("Named", ["a"], True)
listed = request("GET", "/api/sessions?tag=a&archived=true")
assert [one["id"] for one in listed["sessions"]] == [session] and listed["count"] == 1
assert request("GET", "/api/sessions/archive/")["count"] == 1
export = request("GET", f"/api/sessions/export/{session}?format=json")
assert export["session"]["id"] == session and export["version"] == "1.0"

imported = request("POST", "/api/sessions/import", {"data": json.dumps(export)})
assert imported["id"] != session and imported["tags"] == ["a"], imported
copy = request("GET", f"/api/sessions/export/{imported['id']}")
assert copy["session"]["updates"] == export["session"]["updates"]
again = rpc("session.import", {"data": json.dumps(export)})["result"]
assert again["id"] not in (session, imported["id"])
refused = rpc("session.import", {"data": "# Named"})["error"]
assert refused["code"] == -32602 and refused["data"]["code"] == "invalid_export", refused

batch = [
    {"jsonrpc": "2.0", "id": 1, "method": "session.list"},
    {"jsonrpc": "2.0", "id": 2, "method": "telepathy"},
]
answers = request("POST", "/rpc", batch)
assert [answer["id"] for answer in answers] == [1, 2]
assert answers[1]["error"]["code"] == -32601
print("everything as printed")
