from airflow_provider_media.core.submission.progress import SHARES, TaskNow, job_progress


def done(*stages):
    return [TaskNow(stage=stage, done=True) for stage in stages]


def working(percent, speed=None, eta=None, stage="encode"):
    return TaskNow(stage=stage, done=False, running=True, latest={"percent": percent, "speed": speed, "eta": eta})


def test_a_job_whose_work_has_not_begun_is_at_nothing():
    progress = job_progress([])
    assert (progress.percent, progress.stage, progress.speed, progress.eta) == (0.0, "probe", None, None)


def test_job_progress_weighs_units_of_stage_equally_eta_of_slowest():
    progress = job_progress([*done("probe", "plan"), *done("encode"), working(50, 1.5, 20.0), working(0, 0.5, 60.0)])
    assert progress.stage == "encode"
    assert progress.percent == 6 + 84 * 0.5
    assert (progress.speed, progress.eta) == (2.0, 60.0)


def test_a_unit_that_waits_has_told_nothing():
    progress = job_progress([*done("probe", "plan"), TaskNow(stage="encode", done=False), working(100)])
    assert progress.percent == 6 + 84 * 0.5


def test_progress_never_falls_from_stage_to_stage():
    ends = [share for stage in SHARES.values() for share in stage]
    assert ends == sorted(ends)
    stages = list(SHARES)
    percents = [job_progress(done(*stages[:number])).percent for number in range(len(stages) + 1)]
    assert percents == sorted(percents)
    assert (percents[0], percents[-1]) == (0.0, 100.0)


def test_a_percentage_beyond_its_range_is_cut():
    assert job_progress([*done("probe", "plan"), working(140)]).percent == 90.0
