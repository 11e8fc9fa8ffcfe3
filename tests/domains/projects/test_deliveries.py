"""Housing deliveries: settled before the delivery or not, by the days alone."""

from stateassets.domains.projects import deliveries
from stateassets.domains.projects.deliveries import OUTLASTED, SETTLED, UNSETTLED, WAITING
from stateassets.report import Report


def ended(data, delivery="BJ001"):
    found = deliveries.settling(Report(root=data.folder.parent)).set_index("id")
    return found.at[delivery, "ended"]


def delivered(data, delivery="BJ001"):
    return next(r["delivered_on"] for r in data.rows("housing_deliveries") if r["id"] == delivery)


def test_a_problem_settled_on_the_day_of_the_delivery_was_settled_before_it(data):
    assert ended(data) == SETTLED
    data.change("housing_problems", lambda r: r.update(closed_on=delivered(data)), delivery_id="BJ001")
    assert ended(data) == SETTLED


def test_a_problem_settled_the_day_after_outlasts_the_delivery(data):
    data.change("housing_problems", lambda r: r.update(closed_on="2023-04-05"), delivery_id="BJ001")
    assert (delivered(data), ended(data)) == ("2023-04-04", OUTLASTED)


def test_a_problem_that_is_open_leaves_the_delivery_unsettled(data):
    data.change("housing_problems", lambda r: r.update(closed_on=""), delivery_id="BJ001")
    assert ended(data) == UNSETTLED


def test_homes_not_delivered_are_waiting_and_their_settled_problems_came_before(data):
    data.change("housing_deliveries", lambda r: r.update(delivered_on="", closed_on=""), id="BJ001")
    assert ended(data) == WAITING
    found = deliveries.settling(Report(root=data.folder.parent)).set_index("id")
    assert found.loc["BJ001", ["after", "left"]].tolist() == [0, 0]


def test_the_planted_problem_is_the_only_one_that_outlasts_its_delivery(report):
    told = deliveries.numbers(report)
    assert told == {"before": "6个", "later": "1个", "unsettled": "0个"}
    rows, _ = deliveries.by_delivery(report)
    assert sum(sum(numbers) for _, numbers in rows) == report.figure("housing_problems").value
    assert len(deliveries.settled(report, "表").rows) == report.figure("housing_delivery_projects").value == 7


def test_homes_delivered_after_their_project_was_signed_off_are_named(data):
    row = data.change("housing_deliveries", lambda r: r.update(delivered_on="2023-04-22"), id="BJ001")
    data.fault(f"ledger/housing_deliveries.csv第{row}行", "交付日期", "2023-04-22", "不晚于销号日期2023-04-21")


def test_a_problem_raised_before_its_project_was_listed_is_named(data):
    row = data.change("housing_problems", lambda r: r.update(opened_on="2022-01-04"), delivery_id="BJ001")
    data.fault(f"ledger/housing_problems.csv第{row}行", "提出日期", "2022-01-04", "不早于列入日期2022-09-01")
