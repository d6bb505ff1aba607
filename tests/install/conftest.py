"""One environment with the built wheel for all tests of the installation."""

import pytest

from tests.install.new_user import Installed, install


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment of its own, with Airflow and Celery as pip chooses them."""
    return install(tmp_path_factory.mktemp("new-user"), "airflow", "celery")
