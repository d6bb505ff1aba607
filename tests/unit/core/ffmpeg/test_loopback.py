"""Loopback decoders in ffmpeg's arguments."""

from airflow_provider_media.core.ffmpeg.graph import Decoded, Input, Output, Steady, apply, compile_arguments, options
from airflow_provider_media.core.ffmpeg.loopback import looped_back

SOURCE = ("-max_pixels", "9", "-i", "file:source")
ENCODER = (*SOURCE, "-map", "0:1", "-c:a", "pcm_f32le", "-f", "null", "-")


def test_arguments_without_loops_stay_as_they_are():
    assert looped_back([*SOURCE, "-map", "0:0", "out.mp4"], {}) == [*SOURCE, "-map", "0:0", "out.mp4"]


def test_stand_in_becomes_a_decoder_of_the_first_output():
    given = [
        *SOURCE,
        "-i",
        "loopback:0",
        "-filter_complex",
        "[0:0]scale[v];[1:0]anull[a]",
        "-map",
        "[v]",
        "-map",
        "[a]",
        "out.mp4",
    ]
    assert looped_back(given, {"loopback:0": ENCODER}) == [
        *SOURCE,
        *("-map", "0:1", "-c:a", "pcm_f32le", "-f", "null", "-"),
        *("-dec", "0:0"),
        *("-filter_complex", "[0:0]scale[v];[dec:0]anull[a]", "-map", "[v]", "-map", "[a]", "out.mp4"),
    ]


def test_source_that_only_the_loop_reads_is_opened_too():
    given = ["-i", "loopback:0", "-filter_complex", "[0:0]anull[a]", "-map", "[a]", "out.mp3"]
    found = looped_back(given, {"loopback:0": ENCODER})
    assert found[:4] == list(SOURCE)
    assert found.count("-i") == 1
    assert "[dec:0]anull[a]" in found


def test_inputs_behind_a_stand_in_are_counted_without_it():
    given = [
        "-i",
        "loopback:0",
        *SOURCE,
        "-i",
        "overlay.png",
        "-filter_complex",
        "[0:0][1:0][2:0]x[a]",
        "-map",
        "1:2",
        "-map",
        "[a]",
        "o",
    ]
    found = looped_back(given, {"loopback:0": ENCODER})
    assert found[found.index("-filter_complex") + 1] == "[dec:0][0:0][1:0]x[a]"
    assert found[found.index("[dec:0][0:0][1:0]x[a]") + 2] == "0:2"


def test_two_loops_are_decoders_of_two_outputs_in_their_order():
    second = (*SOURCE, "-map", "0:2", "-f", "null", "-")
    given = [
        *SOURCE,
        "-i",
        "loopback:0",
        "-i",
        "loopback:1",
        "-filter_complex",
        "[1:0][2:0]amerge[a]",
        "-map",
        "[a]",
        "out.mp3",
    ]
    found = looped_back(given, {"loopback:0": ENCODER, "loopback:1": second})
    assert [found[n + 1] for n, word in enumerate(found) if word == "-dec"] == ["0:0", "1:0"]
    assert "[dec:0][dec:1]amerge[a]" in found


def test_loopback_keeps_times_and_options_that_resemble_stream_specifiers():
    given = [*SOURCE, "-i", "loopback:0", "-ss", "1:2:3", "-map", "1:0", "-metadata", "a=0:1", "out.mp3"]
    found = looped_back(given, {"loopback:0": ENCODER})
    assert "1:2:3" in found
    assert "a=0:1" in found


def test_sound_that_changes_is_encoded_and_decoded_within_one_command():
    source = Input("file:source")
    steady = Steady(Decoded(source, 1, "audio"), 48_000, "5.1")
    sound = apply("anull", steady)
    found = compile_arguments([Output(name, (sound,), options(f="mp3")) for name in ("a.mp3", "b.mp3")])
    assert found.count("-dec") == 1
    assert found[: found.index("-dec")].count("0:1") == 1
    assert found[found.index("-ar") : found.index("-ar") + 2] == ("-ar", "48000")
    assert "asplit" in " ".join(found)
