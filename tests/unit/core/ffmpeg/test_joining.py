"""Joining copies, and opens nothing but the files that were listed."""

from airflow_provider_media.core.ffmpeg.joining import join_command, listing


def test_parts_are_listed_in_their_order():
    assert (
        listing(["part_0000.mp4", "part_0001.mp4"]) == "ffconcat version 1.0\nfile part_0000.mp4\nfile part_0001.mp4\n"
    )


def test_join_command_takes_video_of_list_and_audio_of_file():
    arguments = " ".join(join_command("joined.mp4", sound="sound.mp4", duration=4.0).arguments)
    assert arguments == (
        "-protocol_whitelist file -f concat -i file:parts.txt -protocol_whitelist file -i file:sound.mp4"
        " -map 0:v:0 -map 1:a:0 -c copy -movflags +faststart file:joined.mp4"
    )


def test_a_film_may_be_silent():
    arguments = join_command("joined.mp4", sound=None, duration=4.0).arguments
    assert "1:a:0" not in arguments
    assert arguments.count("-i") == 1
