"""The desk as an enterprise and as staff use it, from the first page to the last decision."""

from __future__ import annotations

from desks import browsers, stand


def test_an_enterprise_hands_in_and_staff_accept(tmp_path):
    made = stand(tmp_path)
    with browsers(made, "jia", "fang") as (jia, fang):
        assert jia.get("/").status_code == 200
        answer = jia.upload()
        assert answer.status_code == 303, answer.text
        page = jia.get(answer.headers["location"])
        assert page.status_code == 200 and "检查通过" in page.text
        for path in (
            "/queue",
            "/obligations",
            "/deliveries",
            "/alerts",
            "/log",
            "/returns/1",
            "/returns/1/effect",
            "/deliveries/1",
        ):
            assert fang.get(path).status_code == 200, path
        done = fang.give("/returns/1/decision", verdict="accept", reason="")
        assert done.status_code == 303, done.text
        assert made.posted == [1]
