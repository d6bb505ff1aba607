/** Korean for each description of the workflow schema, and for the words of its options. */
export const help: Readonly<Record<string, string>> = {
  "One workflow as its author writes it.": "작성자가 쓴 워크플로 하나입니다.",
  "A short animated picture without audio.": "오디오가 없는 짧은 애니메이션 그림입니다.",
  "Pixels; odd numbers are made even where the codec needs it.": "픽셀 수. 코덱이 요구하면 홀수를 짝수로 바꿉니다.",
  "How the picture fills the frame when both sides are given.": "너비와 높이를 모두 지정했을 때 화면이 프레임을 채우는 방식.",
  "Whether the job fails if this output fails; a failed optional output is left out and named in the manifest.":
    "이 출력이 실패하면 작업도 실패할지 여부. 필수가 아닌 출력이 실패하면 제외되고 매니페스트에 기록됩니다.",
  "Template of the key below the output location, such as {input_dir}{input_name}_{preset}_{number}.{format}.":
    "출력 위치 아래 키의 템플릿. 예: {input_dir}{input_name}_{preset}_{number}.{format}.",
  "Name of a preset whose fields these override.": "바탕으로 쓸 프리셋의 이름. 여기에 쓴 필드가 프리셋보다 우선합니다.",
  "1 (smallest) to 100 (best).": "1(가장 작은 파일)부터 100(최고 화질)까지.",
  "Watermarks of this output; the workflow's own when absent, none when empty.": "이 출력의 워터마크. 생략하면 워크플로의 워터마크를 쓰고, 비우면 넣지 않습니다.",
  "Start time in the source.": "소스에서의 시작 시각.",
  "End time in the source; three seconds after the start when absent.": "소스에서의 끝 시각. 생략하면 시작 3초 후입니다.",
  "Frames per second.": "초당 프레임 수.",
  "Format of the file; WebP is smaller and has all colours.": "파일 형식. WebP가 더 작고 모든 색을 표현합니다.",
  "Whether it plays for ever or once.": "계속 반복할지, 한 번만 재생할지 여부.",
  "Encoding settings of audio.": "오디오 인코딩 설정.",
  "The container's usual codec when absent: aac in mp4, mov, mkv, ts and m4a; opus in webm.":
    "생략하면 컨테이너의 일반적인 코덱을 씁니다. mp4, mov, mkv, ts, m4a는 aac, webm은 opus입니다.",
  "Bits per second; 64,000 per channel up to stereo when absent, ignored by flac and pcm.":
    "초당 비트 수. 생략하면 스테레오까지 채널당 64,000이며, flac과 pcm에서는 무시됩니다.",
  "Number of channels; that of the source, but at most two, when absent.": "채널 수. 생략하면 소스와 같지만 최대 2개입니다.",
  "Hertz; 48,000 when absent.": "헤르츠. 생략하면 48,000입니다.",
  "Target integrated loudness in LUFS by EBU R 128 (broadcast -23, streaming -16 and -14); unchanged when absent.":
    "EBU R 128 기준 목표 통합 라우드니스(LUFS). 방송은 -23, 스트리밍은 -16과 -14. 생략하면 바꾸지 않습니다.",
  "True peak limit in dBTP for the loudness correction.": "라우드니스 보정에 쓰는 트루 피크 한계(dBTP).",
  "Whether only the main track or every track of the source is kept, each with its language, title and role. The main track is the viewer's default: no audio description, commentary or the like if there is a track of the programme.":
    "소스의 주 트랙만 유지할지, 모든 트랙을 언어, 제목, 역할과 함께 유지할지 여부. 주 트랙은 시청자의 기본 트랙입니다. 프로그램 본편 트랙이 있으면 화면 해설이나 코멘터리 등은 주 트랙이 되지 않습니다.",
  "One audio rendition, shared by all rungs.": "모든 단계가 함께 쓰는 오디오 렌디션 하나입니다.",
  "Bits per second.": "초당 비트 수.",
  "Number of channels, at most those of the source.": "채널 수. 소스의 채널 수를 넘지 않습니다.",
  "Target integrated loudness in LUFS.": "목표 통합 라우드니스(LUFS).",
  "Renditions for adaptive streaming with equal segment boundaries.": "세그먼트 경계가 같은 적응형 스트리밍용 렌디션입니다.",
  "Codec of all rungs.": "모든 단계의 코덱.",
  "Rungs; those above the source's size are left out, and one of the source's size replaces the first left out.":
    "래더의 단계. 소스보다 큰 단계는 제외되고, 처음 제외된 단계 대신 소스 크기의 단계가 들어갑니다.",
  "Audio renditions, of which a player takes one; none for a silent ladder.": "오디오 렌디션. 플레이어가 그중 하나를 고릅니다. 소리 없는 래더에는 쓰지 않습니다.",
  "Whether only the main track or every track becomes an audio rendition, with language, name and role.":
    "주 트랙만 오디오 렌디션으로 만들지, 모든 트랙을 언어, 이름, 역할과 함께 만들지 여부.",
  "Protocols whose manifests point to the same segments.": "같은 세그먼트를 가리키는 매니페스트를 만들 프로토콜.",
  "Seconds per segment, rounded to whole GOPs of the exact frame rate; up to three frames more or less if the last segment would otherwise be too short for players.":
    "세그먼트 길이(초). 정확한 프레임 레이트의 GOP 단위로 반올림합니다. 마지막 세그먼트가 플레이어에 너무 짧아지면 최대 세 프레임까지 늘리거나 줄입니다.",
  "Seconds between keyframes; as long as the segment when absent.": "키프레임 간격(초). 생략하면 세그먼트 길이와 같습니다.",
  "Frames per second of all rungs; the source's own, at most 60, when absent.": "모든 단계의 초당 프레임 수. 생략하면 소스와 같지만 최대 60입니다.",
  "Treatment of a source with uneven frame times: constant resamples to one rate; keep keeps the times between keyframes, and each keyframe has its exact time.":
    "프레임 간격이 고르지 않은 소스의 처리. constant는 일정한 레이트로 다시 샘플링합니다. keep은 키프레임 사이의 시각을 유지하며, 각 키프레임의 시각은 정확합니다.",
  "Whether HLS has I-frame playlists for scrubbing.": "HLS에 탐색용 I 프레임 재생 목록을 넣을지 여부.",
  "Encoder effort: slower is smaller for the same quality.": "인코더의 노력. 느릴수록 같은 화질에서 파일이 작아집니다.",
  "measure compares every rung with the source after encoding; the manifest has the scores (VMAF). A target also finds the crf with which each rung reaches it.":
    "measure는 인코딩 뒤 모든 단계의 화질을 소스와 비교하고, 매니페스트에 점수(VMAF)를 기록합니다. 목표를 정하면 각 단계가 그 목표에 이르는 crf도 찾습니다.",
  "measure compares the video with the source after encoding; the manifest has the scores (VMAF). A target also finds the crf that reaches it.":
    "measure는 인코딩 뒤 동영상을 소스와 비교하고, 매니페스트에 점수(VMAF)를 기록합니다. 목표를 정하면 그 목표에 이르는 crf도 찾습니다.",
  "Quality that every film shall have: sample encodes find the crf, and the video is measured after encoding. A crf of the video itself is where the search begins, and what holds where no search is possible.":
    "모든 영상이 가져야 할 화질. 표본을 인코딩해 crf를 찾고, 인코딩 뒤 동영상을 측정합니다. 동영상 자체의 crf에서 탐색을 시작하며, 탐색할 수 없으면 그 crf를 씁니다.",
  "Mean VMAF to reach, 0 to 100; a video smaller than the source reaches this percentage of what its size can show.":
    "도달할 평균 VMAF(0~100). 소스보다 작은 동영상은 그 크기로 보여 줄 수 있는 값의 이 백분율에 도달합니다.",
  "Ceiling in bits per second over a buffer of two seconds; where the video has a ceiling already, the lower one holds.":
    "2초 버퍼에 대한 초당 비트 수의 상한. 동영상에 이미 상한이 있으면 더 낮은 쪽을 씁니다.",
  "Lowest constant rate factor, which keeps a hard film from growing too large; 10 when absent.":
    "가장 낮은 CRF. 어려운 영상이 너무 커지지 않게 합니다. 생략하면 10입니다.",
  "Highest constant rate factor; 45 for h264 and h265, 60 for av1 and vp9 when absent.":
    "가장 높은 CRF. 생략하면 h264와 h265는 45, av1과 vp9는 60입니다.",
  "Encoder: software, a hardware encoder that the worker must have, or auto for hardware if the worker has any, else software.":
    "인코더. software, 워커에 반드시 있어야 하는 하드웨어 인코더 이름, 또는 auto(워커에 하드웨어가 있으면 하드웨어, 없으면 소프트웨어).",
  "Encoder of all rungs: software, a hardware encoder that the worker must have, or auto for hardware if the worker has any, else software.":
    "모든 단계의 인코더. software, 워커에 반드시 있어야 하는 하드웨어 인코더 이름, 또는 auto(워커에 하드웨어가 있으면 하드웨어, 없으면 소프트웨어).",
  "measure compares every rung with the source after encoding; the manifest has the scores (VMAF).":
    "measure는 인코딩 뒤 모든 단계의 화질을 소스와 비교하고, 매니페스트에 점수(VMAF)를 기록합니다.",
  "measure compares the video with the source after encoding; the manifest has the scores (VMAF).":
    "measure는 인코딩 뒤 동영상을 소스와 비교하고, 매니페스트에 점수(VMAF)를 기록합니다.",
  "Slices of videos for several workers: auto where they pay, off, or the seconds of each slice.":
    "여러 워커를 위한 동영상 조각. auto는 이로울 때만, off는 나누지 않음, 또는 조각 하나의 초.",
  "Whether finished work of earlier jobs on the same source is used again; false makes everything anew.":
    "같은 소스에 대한 이전 작업의 결과를 다시 쓸지 여부. false이면 모든 것을 새로 만듭니다.",
  "Whether HDR sources are tone-mapped to SDR or kept.": "HDR 소스를 SDR로 톤 매핑할지, HDR로 유지할지 여부.",
  "A target of notifications: exactly one address.": "알림 대상. 주소는 정확히 하나입니다.",
  "An https:// URL.": "https:// URL.",
  "URL of an SQS queue.": "SQS 대기열의 URL.",
  "ARN of an SNS topic.": "SNS 주제의 ARN.",
  "ARN of an EventBridge event bus.": "EventBridge 이벤트 버스의 ARN.",
  "finish announces only the end of a job, change every change of state.": "finish는 작업의 끝만, change는 모든 상태 변화를 알립니다.",
  "brightcove uses the form of Brightcove's Dynamic Ingest.": "brightcove는 Brightcove Dynamic Ingest 형식을 씁니다.",
  "Airflow connection with the signing secret of a URL, or with the AWS account (aws_default when absent). A request may name only the connections of its account.":
    "URL의 서명 비밀 키 또는 AWS 계정이 들어 있는 Airflow 연결(생략하면 aws_default). 요청에는 해당 계정의 connections에 있는 연결만 쓸 수 있습니다.",
  "Where outputs go.": "출력을 저장할 곳입니다.",
  "URI of a bucket and prefix, such as s3://bucket/prefix/; the source's own bucket and folder when absent.":
    "버킷과 접두사의 URI. 예: s3://bucket/prefix/. 생략하면 소스의 버킷과 폴더입니다.",
  "Template of keys below the location, if the output has none; _{number} is dropped for a single file.":
    "출력에 템플릿이 없을 때 쓰는 위치 아래 키의 템플릿. 파일이 하나이면 _{number}는 빠집니다.",
  "Airflow connection that writes there.": "그곳에 쓰는 Airflow 연결.",
  "The source's MediaInfo as JSON.": "소스의 MediaInfo를 JSON으로 만듭니다.",
  "One rung of the ladder.": "래더의 한 단계입니다.",
  "Folder of its segments; derived from short_side, such as 720p, when absent.": "세그먼트 폴더. 생략하면 short_side에서 정합니다. 예: 720p.",
  "Lower case letters, digits, - and _.": "영문 소문자, 숫자, -, _.",
  "Pixels of the picture's short side, so that portrait video gets the same rungs as landscape.":
    "화면의 짧은 변의 픽셀 수. 세로 영상과 가로 영상이 같은 단계를 갖게 됩니다.",
  "Average bits per second; constant quality under max_bitrate when absent.": "초당 평균 비트 수. 생략하면 max_bitrate 안에서 일정한 화질을 유지합니다.",
  "Ceiling in bits per second over a buffer of two seconds.": "2초 버퍼 기준 초당 최대 비트 수.",
  "Constant rate factor under the ceiling; the codec's default when absent.": "최대 비트 수 안에서 쓰는 CRF. 생략하면 코덱의 기본값입니다.",
  "Pictures at even distances. A distance in seconds gives the first frame and then one picture after each distance. 10% gives ten pictures, at 10 %, 20 % … 100 %.":
    "일정한 간격의 그림입니다. 간격이 초이면 첫 프레임과 그 뒤 간격마다 그림 하나를 만듭니다. 10%이면 10 %, 20 % … 100 % 지점의 그림 열 개를 만듭니다.",
  "Distance between two pictures, in seconds or percent.": "두 그림 사이의 간격(초 또는 퍼센트).",
  "Format of the files.": "파일 형식.",
  "Pictures at given times.": "지정한 시각의 그림입니다.",
  "Times in seconds, percent or timecode; a time past the end means the last frame.": "초, 퍼센트 또는 타임코드로 쓴 시각. 끝을 넘으면 마지막 프레임입니다.",
  "Sheets of small pictures, with a WebVTT file that maps times to pictures.": "작은 그림을 모은 시트와, 시각을 그림에 연결하는 WebVTT 파일입니다.",
  "Distance between two cells, in seconds or percent.": "두 칸 사이의 간격(초 또는 퍼센트).",
  "Cells side by side in a sheet.": "시트의 가로 칸 수.",
  "Fewer if portrait cells would make a sheet higher than browsers show.": "시트의 세로 칸 수. 세로로 긴 칸 때문에 시트가 브라우저의 한계보다 높아지면 줄어듭니다.",
  "Height of a cell in pixels; from the picture's aspect ratio when absent.": "칸의 높이(픽셀). 생략하면 화면 비율로 정합니다.",
  "How the picture fills a cell when both sides are given.": "너비와 높이를 모두 지정했을 때 화면이 칸을 채우는 방식.",
  "One file with the source's video and audio, encoded or copied.": "소스의 비디오와 오디오를 인코딩하거나 복사한 파일 하나입니다.",
  "Format of the file; m4a, mp3, flac, ogg and wav hold only audio.": "파일 형식. m4a, mp3, flac, ogg, wav에는 오디오만 들어갑니다.",
  "Settings, copy for a stream copy, or drop; default settings when absent.": "설정, 스트림을 복사하는 copy, 또는 제외하는 drop. 생략하면 기본 설정입니다.",
  "The part of the source that is kept; all of it when absent.": "소스에서 남길 부분. 생략하면 전체입니다.",
  "The uploads that start a job.": "작업을 시작하는 업로드입니다.",
  "3 to 63 lower case letters, digits, dots and hyphens.": "영문 소문자, 숫자, 점, 하이픈 3~63자.",
  "Beginning of the keys, compared without case (listing lists it with case); empty means the whole bucket.":
    "키의 앞부분. 대소문자를 구분하지 않습니다(listing으로 목록을 읽을 때는 구분합니다). 비우면 버킷 전체입니다.",
  "Endings of the keys, compared without case.": "키의 끝부분. 대소문자를 구분하지 않습니다.",
  "Airflow connection that reads the bucket and the queue.": "버킷과 대기열을 읽는 Airflow 연결.",
  "Source of upload events: listing lists the bucket, push is the API, sqs reads queue.":
    "업로드 이벤트의 출처. listing은 버킷 목록을 읽고, push는 API로 받으며, sqs는 queue를 읽습니다.",
  "URL of the SQS queue that gets the bucket's notifications.": "버킷의 알림을 받는 SQS 대기열의 URL.",
  "Whether the same bytes uploaded to the same key again are processed again; compared by their ETag.":
    "같은 키에 같은 내용을 다시 업로드하면 다시 처리할지 여부. ETag로 비교합니다.",
  "The part of the source that is kept.": "소스에서 남길 부분입니다.",
  "Start time in the source; negative counts from the end.": "소스에서의 시작 시각. 음수는 끝에서부터 셉니다.",
  "End time in the source; negative counts from the end.": "소스에서의 끝 시각. 음수는 끝에서부터 셉니다.",
  "Encoding settings of video. Rate control is one of three: crf alone (constant quality), crf with max_bitrate (capped), or bitrate (average, with passes: 2 for two passes). Without any of them, the codec's default crf is used.":
    "비디오 인코딩 설정. 비트레이트 제어는 세 가지 중 하나입니다. crf만(일정한 화질), crf와 max_bitrate(상한), bitrate(평균, passes: 2이면 두 번 처리). 아무것도 없으면 코덱의 기본 crf를 씁니다.",
  "The container's default codec when absent: h264, but vp9 in webm.": "생략하면 컨테이너의 기본 코덱인 h264이며, webm은 vp9입니다.",
  "Constant rate factor: lower is better; 0 to 51 for h264 and h265, 0 to 63 for av1 and vp9.":
    "CRF. 낮을수록 화질이 좋습니다. h264와 h265는 0~51, av1과 vp9는 0~63입니다.",
  "Average bits per second.": "초당 평균 비트 수.",
  "Passes over the source; 2 needs bitrate, and spreads it better.": "소스를 처리하는 횟수. 2에는 bitrate가 필요하며, 비트를 더 고르게 나눕니다.",
  "Frames per second; the source's own when absent.": "초당 프레임 수. 생략하면 소스와 같습니다.",
  "Treatment of a source with uneven frame times: resampled to its average rate, or kept.":
    "프레임 간격이 고르지 않은 소스의 처리. 평균 레이트로 다시 샘플링하거나 그대로 둡니다.",
  "Seconds between keyframes, rounded to whole frames of the exact rate.": "키프레임 간격(초). 정확한 레이트의 프레임 단위로 반올림합니다.",
  "Bits per sample; 8 when absent, 10 when HDR is kept.": "샘플당 비트 수. 생략하면 8, HDR을 유지하면 10입니다.",
  "source swaps width and height for portrait pictures, so that width is the long side of every picture.":
    "source는 세로 화면에서 너비와 높이를 바꿉니다. 그러면 너비는 항상 긴 변입니다.",
  "Whether pictures may become larger than the source.": "화면이 소스보다 커져도 되는지 여부.",
  "An image or a text over the picture; exactly one of image and text is given.": "화면 위의 이미지 또는 텍스트. image와 text 중 정확히 하나를 지정합니다.",
  "URI of a PNG, JPEG or WebP picture.": "PNG, JPEG 또는 WebP 그림의 URI.",
  "Text to show, in any script and direction; drawn literally, without interpretation.": "표시할 텍스트. 모든 문자와 방향을 쓸 수 있으며, 쓴 그대로 그립니다.",
  "Corner of the picture from which x and y count.": "x와 y를 재는 기준이 되는 화면의 모서리.",
  "Distance from the corner's vertical side, in px or % of the picture's width.": "모서리의 세로변에서의 거리. px 또는 화면 너비의 %.",
  "Distance from the corner's horizontal side, in px or % of the picture's height.": "모서리의 가로변에서의 거리. px 또는 화면 높이의 %.",
  "Width of an image in px or % of the picture's width; height of a line of text in px or % of the picture's height. Up to 100% or 8192px.":
    "이미지는 너비로, px 또는 화면 너비의 %. 텍스트는 한 줄의 높이로, px 또는 화면 높이의 %. 최대 100% 또는 8192px.",
  "From nearly invisible (above 0) to opaque (1).": "거의 보이지 않음(0 초과)부터 불투명(1)까지.",
  'Colour of a text, in quotes, such as "#ffffff".': '텍스트 색. 따옴표 안에 씁니다. 예: "#ffffff".',
  "URI of a TrueType or OpenType font with all letters of the text. When absent, Roboto (Latin, Greek, Cyrillic) and Noto: Chinese, Japanese, Korean, Arabic, Hebrew, Thai, Devanagari, Bengali, Gujarati, Gurmukhi, Kannada, Malayalam, Oriya, Sinhala, Tamil, Telugu, Khmer, Lao, Myanmar, Armenian, Georgian, Ethiopic, symbols and emoji, in any mixture.":
    "텍스트의 모든 글자가 들어 있는 TrueType 또는 OpenType 글꼴의 URI. 생략하면 Roboto(라틴, 그리스, 키릴)와 Noto를 씁니다. Noto에는 중국어, 일본어, 한국어, 아랍, 히브리, 태국, 데바나가리, 벵골, 구자라트, 구르무키, 칸나다, 말라얄람, 오리야, 싱할라, 타밀, 텔루구, 크메르, 라오, 미얀마, 아르메니아, 조지아, 에티오피아 문자와 기호, 이모지가 있으며 함께 쓸 수 있습니다.",
  "When it appears; from the beginning when absent. Negative counts from the end.": "나타나는 시각. 생략하면 처음부터입니다. 음수는 끝에서부터 셉니다.",
  "When it disappears; at the end when absent.": "사라지는 시각. 생략하면 끝입니다.",
  "A picture of one audio track over time, and the peaks from which players draw it.": "오디오 트랙 하나의 시간에 따른 그림과, 플레이어가 그릴 때 쓰는 피크 값입니다.",
  "png is the picture; json holds the peaks in version 2 of audiowaveform's format.": "png는 그림이고, json에는 audiowaveform 형식 버전 2의 피크 값이 들어갑니다.",
  "Number of the audio track in the source, counted from 1; the main track when absent.": "소스의 오디오 트랙 번호. 1부터 셉니다. 생략하면 주 트랙입니다.",
  "End time in the source; the end of the source when absent.": "소스에서의 끝 시각. 생략하면 소스의 끝입니다.",
  "Width of the picture in pixels; the JSON file has at least one pair of peaks for each.": "그림의 너비(픽셀). JSON 파일에는 픽셀마다 피크 값이 적어도 한 쌍 있습니다.",
  "Height of the picture in pixels, which the channels share where they are split.": "그림의 높이(픽셀). 채널을 나누면 채널들이 이 높이를 나누어 씁니다.",
  'transparent, or in quotes red, green, blue and perhaps opacity: "#4a90d9", "#4a90d980".':
    'transparent, 또는 따옴표 안에 빨강, 초록, 파랑과 필요하면 불투명도. 예: "#4a90d9", "#4a90d980".',
  "Whether each channel has a waveform of its own; otherwise their mean is shown.": "채널마다 파형을 따로 그릴지 여부. 아니면 채널의 평균을 보여 줍니다.",
  "What the workflow is for, for people.": "워크플로의 용도에 대한 설명.",
  "The uploads that start a job; only submissions do when absent.": "작업을 시작하는 업로드. 생략하면 제출로만 시작합니다.",
  "Where outputs go, and how their keys are made.": "출력을 저장할 곳과 키를 만드는 방법.",
  "Wanted outputs by name.": "만들 출력. 이름으로 구분합니다.",
  "One wanted output: a kind, a preset, or both, and the fields that differ from the preset.": "만들 출력 하나. 종류나 프리셋 또는 둘 다와, 프리셋과 다른 필드를 씁니다.",
  "What is made.": "만들 것의 종류.",
  "Watermarks of every output that does not name its own.": "자체 워터마크가 없는 모든 출력의 워터마크.",
  "Queue of the jobs of its uploads.": "업로드로 시작한 작업의 대기열.",
  "strict fails on a damaged or truncated source; tolerant uses the rest and notes it in the manifest.":
    "strict는 손상되거나 잘린 소스에서 실패합니다. tolerant는 나머지를 쓰고 매니페스트에 기록합니다.",
  "Targets that get announcements of every job.": "모든 작업의 알림을 받을 대상.",
  "Cron expression for processing the uploads in the trigger's listing.": "트리거의 목록에 있는 업로드를 처리할 시각의 cron 표현식.",
  "IANA time zone of the schedule, such as Europe/Berlin; Airflow's own ([core] default_timezone) when absent.":
    "일정의 IANA 시간대. 예: Europe/Berlin. 생략하면 Airflow의 시간대([core] default_timezone)입니다.",
  "Airflow pool that its tasks share; the one of the configuration ([media] pool) when absent.":
    "태스크가 함께 쓰는 Airflow 풀. 생략하면 설정의 풀([media] pool)입니다.",
  "Tags of its DAG in Airflow.": "Airflow에서 이 워크플로의 DAG에 붙일 태그.",
  "Stretch (distorted)": "늘이기(왜곡됨)",
  "Pad (black bars)": "여백 채우기(검은 띠)",
  "Crop (edges cut off)": "자르기(가장자리 잘림)",
  "Blur (over a blurred copy)": "흐린 배경(흐린 복사본 위)",
  "FLAC (lossless)": "FLAC(무손실)",
  "PCM (uncompressed)": "PCM(비압축)",
  "PNG (lossless)": "PNG(무손실)",
  "Resample to a constant rate": "일정한 레이트로 다시 샘플링",
  "Keep uneven frame times": "고르지 않은 프레임 간격 유지",
  Fastest: "가장 빠름",
  Faster: "더 빠름",
  Fast: "빠름",
  Medium: "보통",
  Slow: "느림",
  Slower: "더 느림",
  "Tone-map HDR to SDR": "HDR을 SDR로 톤 매핑",
  "Keep HDR": "HDR 유지",
  "MPEG transport stream": "MPEG 전송 스트림",
  "MP4 audio": "MP4 오디오",
  "MP3 audio": "MP3 오디오",
  "FLAC audio": "FLAC 오디오",
  "Ogg audio": "Ogg 오디오",
  "WAV audio": "WAV 오디오",
  "Top left": "왼쪽 위",
  "Top right": "오른쪽 위",
  "Bottom left": "왼쪽 아래",
  "Bottom right": "오른쪽 아래",
  Center: "가운데",
};
