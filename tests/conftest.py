"""Says what these tests are about, before they run."""


def pytest_report_header() -> str:
    return (
        "TinyTorch's own tests: of lessons they test the reference, never a learner's file "
        "(for yours: tito test)"
    )
