"""The desk at a real PostgreSQL: several people at once."""

from __future__ import annotations

import pytest
from desks import browsers, stand
from postgres import postgres_server
from test_attempts import at_once


@pytest.mark.slow
def test_the_desk_does_the_same_with_postgresql(tmp_path):
    with postgres_server("of-the-desk") as address:
        made = stand(tmp_path, acceptors=2, address=address)
        with browsers(made, "jia", "fang", "liu") as (jia, fang, liu):
            for number in range(1, 4):
                assert jia.upload(f"flash_reports,JIA,2023-0{number},0\n", form=str(number)).status_code == 303
            assert jia.give("/deliveries/1/answers", **{"answer-1": "检修"}).status_code == 303
            assert jia.get("/").status_code == 200 and "待审（3）" in fang.get("/queue").text
            for number in (1, 2):
                for one, code in ((fang, 303), (fang, 409), (liu, 303)):
                    assert one.give(f"/returns/{number}/decision", verdict="accept", reason="").status_code == code
            tokens = fang.token("/password"), liu.token("/password")
            answers = at_once(
                lambda: fang.give("/returns/3/decision", tokens[0], verdict="send_back", reason="改"),
                lambda: liu.give("/returns/3/decision", tokens[1], verdict="send_back", reason="改"),
            )
            assert sorted(one.status_code for one in answers) == [303, 409]
            for state, count in (("waiting", 0), ("accepted", 2), ("sent_back", 1), ("posted", 0)):
                assert f"（{count}）" in fang.get(f"/queue?state={state}").text, state
            for path in ("/log?who=jia", "/alerts", "/deliveries", "/obligations", "/returns/1"):
                assert fang.get(path).status_code == 200, path
            assert jia.give("/sign-out").status_code == 303 and jia.get("/").headers["location"] == "/sign-in"
        made.desk.settled()
        made.store.engine.dispose()
