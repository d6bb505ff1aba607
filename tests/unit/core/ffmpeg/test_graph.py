"""Graphs: equal streams are one, and are split as often as they are used."""

import os
import subprocess
import sys

from airflow_provider_media.core.ffmpeg.graph import (
    Decoded,
    Input,
    Output,
    apply,
    compile_arguments,
    decodes_video,
    options,
)

SOURCE = Input("file:source", options(protocol_whitelist="file"))
PICTURE, SOUND = Decoded(SOURCE, 0, "video"), Decoded(SOURCE, 1, "audio")


def graph_of(*outputs: Output) -> str:
    arguments = compile_arguments(outputs)
    return arguments[arguments.index("-filter_complex") + 1]


def test_equal_filters_of_two_outputs_are_one_that_is_split():
    outputs = [Output(f"{name}.mp4", (apply("scale", apply("bwdif", PICTURE), w=640),), ()) for name in "ab"]
    assert graph_of(*outputs) == "[0:0]bwdif[s0];[s0]scale=w=640[s1];[s1]split=2[s2][s3]"


def test_streams_part_where_their_filters_differ():
    outputs = [Output(f"{width}.mp4", (apply("scale", apply("bwdif", PICTURE), w=width),), ()) for width in (640, 320)]
    assert graph_of(*outputs) == "[0:0]bwdif[s0];[s0]split=2[s1][s2];[s1]scale=w=640[s3];[s2]scale=w=320[s4]"


def test_sound_is_split_as_sound():
    outputs = [Output(f"{name}.m4a", (apply("aresample", SOUND),), ()) for name in "ab"]
    assert "asplit=2" in graph_of(*outputs)


def test_a_stream_may_be_used_twice_by_one_filter():
    scaled = apply("scale", PICTURE, w=64)
    assert (
        graph_of(Output("a.gif", (apply("paletteuse", scaled, apply("palettegen", scaled)),), ())).count("split=2") == 1
    )


def test_a_copied_stream_goes_past_the_filters_that_others_take():
    arguments = compile_arguments(
        [
            Output("copy.mkv", (PICTURE, SOUND), options(c="copy")),
            Output("small.mp4", (apply("scale", PICTURE, w=64),), ()),
        ]
    )
    assert arguments[arguments.index("-map") + 1] == "0:0"
    assert "[0:0]scale=w=64[s0]" in arguments


def test_equal_inputs_are_opened_once_and_others_each():
    seeks = [Decoded(Input("file:source", options(ss=second)), 0, "video") for second in (1, 2, 1)]
    outputs = [Output(f"{n}.jpg", (apply("scale", seek, w=64),), ()) for n, seek in enumerate(seeks)]
    assert compile_arguments(outputs).count("-i") == 2


def test_only_filtered_pictures_count_as_decoded():
    assert not decodes_video([Output("a.mkv", (PICTURE, apply("aresample", SOUND)), ())])
    assert decodes_video([Output("a.mkv", (apply("scale", PICTURE, w=64),), ())])


def test_compile_arguments_damaged_source_accepts_any_error_rate():
    output = Output("out.mp4", (PICTURE,), ())
    assert compile_arguments([output], damaged=True)[:2] == ("-max_error_rate", "1")
    assert "-max_error_rate" not in compile_arguments([output])


def test_compile_arguments_same_graph_gives_same_arguments_in_every_process():
    code = (
        "from airflow_provider_media.core.ffmpeg.graph import *\npicture = Decoded(Input('file:source'), 0,"
        " 'video')\nprint(compile_arguments([Output(f'{w}.mp4', (apply('scale', apply('fps', picture), w=w),),"
        " options(a=1, b=2)) for w in range(9)]))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1
