from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from airflow_provider_media.core.media.ffprobe_fields import plain_text
from airflow_provider_media.core.packaging import signalling
from airflow_provider_media.core.packaging.labelling import label_master, label_mpd
from airflow_provider_media.core.packaging.manifests import parse_master
from airflow_provider_media.core.packaging.packager import argument
from tests.unit.core.packaging.test_packager import a_package, a_track

NAME = "Commentary, by A & B; 100 % <new>"
PACKAGE = a_package(
    a_track("720p"),
    a_track("audio", "audio"),
    a_track("audio_eng", "audio", "en", label=NAME, role="commentary"),
)
ENGLISH = argument("English (CC)")
MASTER = f"""#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,URI="audio/playlist.m3u8",GROUP-ID="audio",NAME="audio",DEFAULT=NO,AUTOSELECT=NO,CHANNELS="2"
#EXT-X-MEDIA:TYPE=AUDIO,URI="audio_eng/playlist.m3u8",GROUP-ID="audio",LANGUAGE="en",NAME="{argument(NAME)}",DEFAULT=NO,AUTOSELECT=YES
#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="CC",NAME="{ENGLISH}",DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID="CC1"
"""
MPD = f"""<Period>
    <AdaptationSet id="3" contentType="video">
      <Accessibility schemeIdUri="urn:scte:dash:cc:cea-608:2015" value="CC1=por-BR"/>
    </AdaptationSet>
    <AdaptationSet id="0" contentType="audio">
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="main"/>
      <Label>audio</Label>
    </AdaptationSet>
    <AdaptationSet id="1" contentType="audio" lang="en">
      <Accessibility schemeIdUri="urn:tva:metadata:cs:AudioPurposeCS:2007" value="1"/>
      <Role schemeIdUri="urn:mpeg:dash:role:2011" value="commentary"/>
      <Label>{argument(NAME)}</Label>
    </AdaptationSet>
</Period>
"""


def test_label_master_adds_names_and_selection_and_keeps_rest():
    first, second, captions = label_master(MASTER, PACKAGE).splitlines()[1:]
    assert first.endswith('NAME="audio",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2"')
    assert second.endswith(f'LANGUAGE="en",NAME="{NAME}",DEFAULT=NO,AUTOSELECT=NO')
    assert captions.endswith('NAME="English (CC)",DEFAULT=NO,AUTOSELECT=YES,INSTREAM-ID="CC1"')


def test_label_mpd_places_labels_before_later_schema_elements():
    lines = [line.strip() for line in label_mpd(MPD, PACKAGE).splitlines()]
    label = lines.index("<Label>Commentary, by A &amp; B; 100 % &lt;new&gt;</Label>")
    assert [line[:6] for line in lines[label - 1 : label + 4]] == ["<Adapt", "<Label", "<Acces", "<Role ", "</Adap"]


def test_captions_of_an_mpd_name_a_language_of_three_letters():
    spoken = a_package(a_track("720p"), a_track("audio", "audio", "pt-BR"), closed_captions=True)
    assert 'cea-608:2015" value="CC1=por"/>' in label_mpd(MPD, spoken)


@given(title=st.text(min_size=1).map(plain_text).filter(str.strip))
def test_any_title_reads_back_from_both_manifests(title):
    track = a_track("audio", "audio", label=title)
    package, name = a_package(a_track("720p"), track), signalling.label(track)
    assert not set(argument(name)) & set(',;"&=<>')
    written = MASTER.replace('NAME="audio"', f'NAME="{argument(name)}"').replace(MASTER.splitlines()[2], "")
    variant = '#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO="audio"\n720p/playlist.m3u8\n'
    (sound,) = parse_master("m", label_master(written, package) + variant).sounds
    mpd = ET.fromstring(label_mpd(MPD.replace(">audio<", f">{argument(name)}<"), package))
    assert sound.name == mpd.findtext("AdaptationSet[@id='0']/Label") == name
