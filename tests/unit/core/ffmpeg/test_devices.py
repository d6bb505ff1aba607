"""Device nodes of hardware encoders, as a sandbox shows them."""

import resource

from airflow_provider_media.core.ffmpeg.devices import device_nodes, has_device, shown_devices
from airflow_provider_media.core.ffmpeg.limits import Limits
from airflow_provider_media.core.ffmpeg.sandbox import resource_limits

ALL = ("card0", "renderD129", "renderD128")


def nodes(tmp_path, *names):
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def shown(tmp_path, *encoders):
    arguments = shown_devices(encoders, devices=tmp_path)
    return [arguments[at + 1] for at, word in enumerate(arguments) if word == "--dev-bind-try"]


def test_vaapi_and_qsv_see_render_nodes_alone(tmp_path):
    folder = nodes(tmp_path, *(f"dri/{name}" for name in ALL), "nvidia0", "nvidiactl", "sda")
    for encoder in ("vaapi", "qsv"):
        assert shown(folder, encoder) == [f"{folder}/dri/renderD128", f"{folder}/dri/renderD129"]


def test_nvenc_sees_nvidia_nodes_alone(tmp_path):
    folder = nodes(tmp_path, "dri/renderD128", "nvidia0", "nvidiactl", "nvidia-uvm", "nvme0")
    assert shown(folder, "nvenc") == [f"{folder}/{name}" for name in ("nvidia-uvm", "nvidia0", "nvidiactl")]


def test_software_sees_no_device(tmp_path):
    folder = nodes(tmp_path, "dri/renderD128", "nvidia0")
    assert shown_devices((), devices=folder) == ()


def test_two_encoders_of_one_device_show_it_once(tmp_path):
    folder = nodes(tmp_path, "dri/renderD128")
    assert shown(folder, "vaapi", "qsv") == [f"{folder}/dri/renderD128"]


def test_machine_without_nodes_has_no_device(tmp_path):
    assert not any(has_device(encoder, devices=tmp_path) for encoder in ("nvenc", "qsv", "vaapi"))
    assert has_device("vaapi", devices=nodes(tmp_path, "dri/renderD128"))
    assert device_nodes("videotoolbox", devices=tmp_path) == ()


def test_nvenc_alone_has_no_limit_of_address_space():
    def limited(*hardware):
        return resource.RLIMIT_AS in dict(resource_limits(Limits(), hardware=hardware))

    assert (limited(), limited("vaapi", "qsv"), limited("nvenc")) == (True, True, False)
