/** Chinese for each description of the workflow schema, and for the words of its options. */
export const help: Readonly<Record<string, string>> = {
  "One workflow as its author writes it.": "作者编写的一个工作流。",
  "A short animated picture without audio.": "没有音频的短动图。",
  "Pixels; odd numbers are made even where the codec needs it.": "像素数；编解码器要求偶数时，奇数会改为偶数。",
  "How the picture fills the frame when both sides are given.": "同时给出宽度和高度时，画面填充画幅的方式。",
  "Whether the job fails if this output fails; a failed optional output is left out and named in the manifest.":
    "此输出失败时任务是否也失败；可选输出失败时会被略去，并记录在清单中。",
  "Template of the key below the output location, such as {input_dir}{input_name}_{preset}_{number}.{format}.":
    "输出位置之下的键的模板，例如 {input_dir}{input_name}_{preset}_{number}.{format}。",
  "Name of a preset whose fields these override.": "所用预设的名称；此处的字段优先于预设的字段。",
  "1 (smallest) to 100 (best).": "1（文件最小）到 100（质量最好）。",
  "Watermarks of this output; the workflow's own when absent, none when empty.": "此输出的水印；省略时使用工作流的水印，留空时没有水印。",
  "Start time in the source.": "在源文件中的开始时间。",
  "End time in the source; three seconds after the start when absent.": "在源文件中的结束时间；省略时为开始后三秒。",
  "Frames per second.": "每秒帧数。",
  "Format of the file; WebP is smaller and has all colours.": "文件格式；WebP 更小，并且具有全部颜色。",
  "Whether it plays for ever or once.": "循环播放，还是只播放一次。",
  "Encoding settings of audio.": "音频编码设置。",
  "The container's usual codec when absent: aac in mp4, mov, mkv, ts and m4a; opus in webm.":
    "省略时使用容器的常用编解码器：mp4、mov、mkv、ts 和 m4a 为 aac，webm 为 opus。",
  "Bits per second; 64,000 per channel up to stereo when absent, ignored by flac and pcm.":
    "每秒比特数；省略时每声道 64,000，最多按立体声计算；flac 和 pcm 忽略此值。",
  "Number of channels; that of the source, but at most two, when absent.": "声道数；省略时与源文件相同，但最多两个。",
  "Hertz; 48,000 when absent.": "赫兹；省略时为 48,000。",
  "Target integrated loudness in LUFS by EBU R 128 (broadcast -23, streaming -16 and -14); unchanged when absent.":
    "按 EBU R 128 的目标综合响度，单位 LUFS（广播为 -23，流媒体为 -16 和 -14）；省略时不改变。",
  "True peak limit in dBTP for the loudness correction.": "响度校正的真峰值上限，单位 dBTP。",
  "Whether only the main track or every track of the source is kept, each with its language, title and role. The main track is the viewer's default: no audio description, commentary or the like if there is a track of the programme.":
    "只保留源文件的主音轨，还是保留全部音轨及其语言、标题和角色。主音轨是观众的默认音轨：只要有节目本身的音轨，就不会选口述影像、评论等音轨。",
  "One audio rendition, shared by all rungs.": "所有梯级共用的一个音频版本。",
  "Bits per second.": "每秒比特数。",
  "Number of channels, at most those of the source.": "声道数，不超过源文件的声道数。",
  "Target integrated loudness in LUFS.": "目标综合响度，单位 LUFS。",
  "Renditions for adaptive streaming with equal segment boundaries.": "用于自适应流媒体的多个版本，分段边界相同。",
  "Codec of all rungs.": "所有梯级的编解码器。",
  "Rungs; those above the source's size are left out, and one of the source's size replaces the first left out.":
    "梯级；大于源文件的梯级会被略去，并以一个与源文件同样大小的梯级代替第一个被略去的梯级。",
  "Audio renditions, of which a player takes one; none for a silent ladder.": "音频版本，播放器选用其中一个；无声的阶梯不需要。",
  "Whether only the main track or every track becomes an audio rendition, with language, name and role.":
    "只把主音轨做成音频版本，还是把全部音轨连同语言、名称和角色做成音频版本。",
  "Protocols whose manifests point to the same segments.": "协议；各协议的清单指向同样的分段。",
  "Seconds per segment, rounded to whole GOPs of the exact frame rate; up to three frames more or less if the last segment would otherwise be too short for players.":
    "每个分段的秒数，按精确帧率取整到完整的 GOP；如果最后一个分段对播放器来说过短，则最多增减三帧。",
  "Seconds between keyframes; as long as the segment when absent.": "关键帧间隔（秒）；省略时与分段等长。",
  "Frames per second of all rungs; the source's own, at most 60, when absent.": "所有梯级的每秒帧数；省略时与源文件相同，最多 60。",
  "Treatment of a source with uneven frame times: constant resamples to one rate; keep keeps the times between keyframes, and each keyframe has its exact time.":
    "对帧间隔不均匀的源文件的处理：constant 重新采样为一个固定帧率；keep 保持关键帧之间的时间，并且每个关键帧的时间准确。",
  "Whether HLS has I-frame playlists for scrubbing.": "HLS 是否有用于快速拖动的 I 帧播放列表。",
  "Encoder effort: slower is smaller for the same quality.": "编码器的投入：越慢，同样质量下的文件越小。",
  "measure compares every rung with the source after encoding; the manifest has the scores (VMAF). A target also finds the crf with which each rung reaches it.":
    "measure 在编码后将每一档与源文件比较；清单中记录分数（VMAF）。设定目标时，还会找到使每一档达到目标的 crf。",
  "measure compares the video with the source after encoding; the manifest has the scores (VMAF). A target also finds the crf that reaches it.":
    "measure 在编码后将视频与源文件比较；清单中记录分数（VMAF）。设定目标时，还会找到达到目标的 crf。",
  "Quality that every film shall have: sample encodes find the crf, and the video is measured after encoding. A crf of the video itself is where the search begins, and what holds where no search is possible.":
    "每部影片都应达到的质量：通过编码样本找到 crf，编码后再测量视频。搜索从视频自己的 crf 开始；无法搜索时就使用它。",
  "Mean VMAF to reach, 0 to 100; a video smaller than the source reaches this percentage of what its size can show.":
    "要达到的平均 VMAF（0 到 100）；比源文件小的视频达到其尺寸所能呈现值的这个百分比。",
  "Ceiling in bits per second over a buffer of two seconds; where the video has a ceiling already, the lower one holds.":
    "以两秒缓冲计的每秒比特数上限；视频已有上限时，取较低者。",
  "Lowest constant rate factor, which keeps a hard film from growing too large; 10 when absent.":
    "最低的 CRF，避免难编码的影片过大；省略时为 10。",
  "Highest constant rate factor; 45 for h264 and h265, 60 for av1 and vp9 when absent.":
    "最高的 CRF；省略时 h264 和 h265 为 45，av1 和 vp9 为 60。",
  "Encoder: software, a hardware encoder that the worker must have, or auto for hardware if the worker has any, else software.":
    "编码器：software、工作节点必须具备的某个硬件编码器，或 auto（工作节点有硬件就用硬件，否则用软件）。",
  "Encoder of all rungs: software, a hardware encoder that the worker must have, or auto for hardware if the worker has any, else software.":
    "所有梯级的编码器：software、工作节点必须具备的某个硬件编码器，或 auto（工作节点有硬件就用硬件，否则用软件）。",
  "measure compares every rung with the source after encoding; the manifest has the scores (VMAF).":
    "measure 在编码后将每一档与源文件比较；清单中记录分数（VMAF）。",
  "measure compares the video with the source after encoding; the manifest has the scores (VMAF).":
    "measure 在编码后将视频与源文件比较；清单中记录分数（VMAF）。",
  "Slices of videos for several workers: auto where they pay, off, or the seconds of each slice.":
    "供多个 worker 使用的视频分片：auto 表示值得时才分片，off 表示不分片，也可写每片的秒数。",
  "Whether finished work of earlier jobs on the same source is used again; false makes everything anew.":
    "是否复用同一源文件先前任务的成果；false 表示全部重新制作。",
  "Whether HDR sources are tone-mapped to SDR or kept.": "HDR 源文件映射为 SDR，还是保持 HDR。",
  "A target of notifications: exactly one address.": "通知目标：恰好一个地址。",
  "An https:// URL.": "https:// URL。",
  "URL of an SQS queue.": "SQS 队列的 URL。",
  "ARN of an SNS topic.": "SNS 主题的 ARN。",
  "ARN of an EventBridge event bus.": "EventBridge 事件总线的 ARN。",
  "finish announces only the end of a job, change every change of state.": "finish 只通知任务结束，change 通知每次状态变化。",
  "brightcove uses the form of Brightcove's Dynamic Ingest.": "brightcove 使用 Brightcove Dynamic Ingest 的格式。",
  "Airflow connection with the signing secret of a URL, or with the AWS account (aws_default when absent). A request may name only the connections of its account.":
    "含有 URL 签名密钥或 AWS 账户的 Airflow 连接（省略时为 aws_default）。请求只能使用其账户的 connections 中的连接。",
  "Where outputs go.": "输出的存放位置。",
  "URI of a bucket and prefix, such as s3://bucket/prefix/; the source's own bucket and folder when absent.":
    "存储桶和前缀的 URI，例如 s3://bucket/prefix/；省略时为源文件所在的存储桶和文件夹。",
  "Template of keys below the location, if the output has none; _{number} is dropped for a single file.":
    "输出没有模板时所用的位置之下的键的模板；只有一个文件时去掉 _{number}。",
  "Airflow connection that writes there.": "用于写入该位置的 Airflow 连接。",
  "The source's MediaInfo as JSON.": "以 JSON 表示的源文件 MediaInfo。",
  "One rung of the ladder.": "阶梯中的一个梯级。",
  "Folder of its segments; derived from short_side, such as 720p, when absent.": "分段所在的文件夹；省略时由 short_side 得出，例如 720p。",
  "Lower case letters, digits, - and _.": "小写字母、数字、- 和 _。",
  "Pixels of the picture's short side, so that portrait video gets the same rungs as landscape.":
    "画面短边的像素数，使竖屏视频与横屏视频有同样的梯级。",
  "Average bits per second; constant quality under max_bitrate when absent.": "平均每秒比特数；省略时在 max_bitrate 之内保持恒定质量。",
  "Ceiling in bits per second over a buffer of two seconds.": "每秒比特数的上限，按两秒缓冲计算。",
  "Constant rate factor under the ceiling; the codec's default when absent.": "上限之内的恒定码率因子（CRF）；省略时为编解码器的默认值。",
  "Pictures at even distances. A distance in seconds gives the first frame and then one picture after each distance. 10% gives ten pictures, at 10 %, 20 % … 100 %.":
    "等间隔的图片。间隔以秒表示时，先取第一帧，之后每隔一个间隔取一张。10% 会在 10 %、20 % … 100 % 处取十张图片。",
  "Distance between two pictures, in seconds or percent.": "两张图片的间隔，以秒或百分比表示。",
  "Format of the files.": "文件格式。",
  "Pictures at given times.": "指定时间的图片。",
  "Times in seconds, percent or timecode; a time past the end means the last frame.": "以秒、百分比或时间码表示的时间；超过结尾时取最后一帧。",
  "Sheets of small pictures, with a WebVTT file that maps times to pictures.": "由小图片拼成的大图，以及把时间对应到小图片的 WebVTT 文件。",
  "Distance between two cells, in seconds or percent.": "两格的间隔，以秒或百分比表示。",
  "Cells side by side in a sheet.": "每张大图的列数。",
  "Fewer if portrait cells would make a sheet higher than browsers show.": "每张大图的行数；竖屏画面使大图高于浏览器可显示的高度时，行数会减少。",
  "Height of a cell in pixels; from the picture's aspect ratio when absent.": "每格的高度（像素）；省略时由画面宽高比得出。",
  "How the picture fills a cell when both sides are given.": "同时给出宽度和高度时，画面填充每格的方式。",
  "One file with the source's video and audio, encoded or copied.": "含有源文件视频和音频的一个文件，可编码或直接复制。",
  "Format of the file; m4a, mp3, flac, ogg and wav hold only audio.": "文件格式；m4a、mp3、flac、ogg 和 wav 只含音频。",
  "Settings, copy for a stream copy, or drop; default settings when absent.": "设置；或 copy（直接复制流）、drop（去掉）；省略时使用默认设置。",
  "The part of the source that is kept; all of it when absent.": "源文件中保留的部分；省略时为全部。",
  "The uploads that start a job.": "启动任务的上传。",
  "3 to 63 lower case letters, digits, dots and hyphens.": "3 到 63 个小写字母、数字、点和连字符。",
  "Beginning of the keys, compared without case (listing lists it with case); empty means the whole bucket.":
    "键的开头，比较时不区分大小写（listing 列出时区分）；留空表示整个存储桶。",
  "Endings of the keys, compared without case.": "键的结尾，比较时不区分大小写。",
  "Airflow connection that reads the bucket and the queue.": "用于读取存储桶和队列的 Airflow 连接。",
  "Source of upload events: listing lists the bucket, push is the API, sqs reads queue.":
    "上传事件的来源：listing 列出存储桶，push 为 API，sqs 读取 queue。",
  "URL of the SQS queue that gets the bucket's notifications.": "接收存储桶通知的 SQS 队列的 URL。",
  "Whether the same bytes uploaded to the same key again are processed again; compared by their ETag.":
    "同样的内容再次上传到同一个键时是否再次处理；按 ETag 比较。",
  "The part of the source that is kept.": "源文件中保留的部分。",
  "Start time in the source; negative counts from the end.": "在源文件中的开始时间；负数从结尾算起。",
  "End time in the source; negative counts from the end.": "在源文件中的结束时间；负数从结尾算起。",
  "Encoding settings of video. Rate control is one of three: crf alone (constant quality), crf with max_bitrate (capped), or bitrate (average, with passes: 2 for two passes). Without any of them, the codec's default crf is used.":
    "视频编码设置。码率控制三选一：只用 crf（恒定质量）、crf 加 max_bitrate（有上限）、或 bitrate（平均码率，passes: 2 为两遍编码）。都没有时使用编解码器的默认 crf。",
  "The container's default codec when absent: h264, but vp9 in webm.": "省略时使用容器的默认编解码器：h264，webm 为 vp9。",
  "Constant rate factor: lower is better; 0 to 51 for h264 and h265, 0 to 63 for av1 and vp9.":
    "恒定码率因子（CRF）：越低质量越好；h264 和 h265 为 0 到 51，av1 和 vp9 为 0 到 63。",
  "Average bits per second.": "平均每秒比特数。",
  "Passes over the source; 2 needs bitrate, and spreads it better.": "处理源文件的遍数；2 需要 bitrate，并且比特分配得更好。",
  "Frames per second; the source's own when absent.": "每秒帧数；省略时与源文件相同。",
  "Treatment of a source with uneven frame times: resampled to its average rate, or kept.":
    "对帧间隔不均匀的源文件的处理：按平均帧率重新采样，或保持不变。",
  "Seconds between keyframes, rounded to whole frames of the exact rate.": "关键帧间隔（秒），按精确帧率取整到整帧。",
  "Bits per sample; 8 when absent, 10 when HDR is kept.": "每个样本的比特数；省略时为 8，保持 HDR 时为 10。",
  "source swaps width and height for portrait pictures, so that width is the long side of every picture.":
    "source 会对竖屏画面交换宽度和高度，使宽度始终为长边。",
  "Whether pictures may become larger than the source.": "画面是否可以大于源文件。",
  "An image or a text over the picture; exactly one of image and text is given.": "画面上的图像或文字；image 和 text 必须且只能给出一个。",
  "URI of a PNG, JPEG or WebP picture.": "PNG、JPEG 或 WebP 图片的 URI。",
  "Text to show, in any script and direction; drawn literally, without interpretation.": "要显示的文字，可用任何文字和书写方向；按原样绘制，不作解释。",
  "Corner of the picture from which x and y count.": "x 和 y 从画面的哪个角算起。",
  "Distance from the corner's vertical side, in px or % of the picture's width.": "与该角竖边的距离，以 px 或画面宽度的 % 表示。",
  "Distance from the corner's horizontal side, in px or % of the picture's height.": "与该角横边的距离，以 px 或画面高度的 % 表示。",
  "Width of an image in px or % of the picture's width; height of a line of text in px or % of the picture's height. Up to 100% or 8192px.":
    "图像的宽度，以 px 或画面宽度的 % 表示；文字则为行高，以 px 或画面高度的 % 表示。最大 100% 或 8192px。",
  "From nearly invisible (above 0) to opaque (1).": "从几乎不可见（大于 0）到不透明（1）。",
  'Colour of a text, in quotes, such as "#ffffff".': '文字颜色，写在引号内，例如 "#ffffff"。',
  "URI of a TrueType or OpenType font with all letters of the text. When absent, Roboto (Latin, Greek, Cyrillic) and Noto: Chinese, Japanese, Korean, Arabic, Hebrew, Thai, Devanagari, Bengali, Gujarati, Gurmukhi, Kannada, Malayalam, Oriya, Sinhala, Tamil, Telugu, Khmer, Lao, Myanmar, Armenian, Georgian, Ethiopic, symbols and emoji, in any mixture.":
    "含有全部所需字符的 TrueType 或 OpenType 字体的 URI。省略时使用 Roboto（拉丁、希腊、西里尔字母）和 Noto：中文、日文、韩文、阿拉伯文、希伯来文、泰文、天城文、孟加拉文、古吉拉特文、果鲁穆奇文、卡纳达文、马拉雅拉姆文、奥里亚文、僧伽罗文、泰米尔文、泰卢固文、高棉文、老挝文、缅甸文、亚美尼亚文、格鲁吉亚文、埃塞俄比亚文、符号和表情符号，可任意混用。",
  "When it appears; from the beginning when absent. Negative counts from the end.": "出现的时间；省略时从开头起。负数从结尾算起。",
  "When it disappears; at the end when absent.": "消失的时间；省略时为结尾。",
  "A picture of one audio track over time, and the peaks from which players draw it.": "一条音轨随时间变化的图片，以及播放器绘制所用的峰值。",
  "png is the picture; json holds the peaks in version 2 of audiowaveform's format.": "png 为图片；json 含有 audiowaveform 格式第 2 版的峰值。",
  "Number of the audio track in the source, counted from 1; the main track when absent.": "源文件中的音轨编号，从 1 算起；省略时为主音轨。",
  "End time in the source; the end of the source when absent.": "在源文件中的结束时间；省略时为源文件结尾。",
  "Width of the picture in pixels; the JSON file has at least one pair of peaks for each.": "图片的宽度（像素）；JSON 文件中每个像素至少有一对峰值。",
  "Height of the picture in pixels, which the channels share where they are split.": "图片的高度（像素）；分声道绘制时由各声道平分。",
  'transparent, or in quotes red, green, blue and perhaps opacity: "#4a90d9", "#4a90d980".':
    'transparent，或写在引号内的红、绿、蓝及可选的不透明度，例如 "#4a90d9"、"#4a90d980"。',
  "Whether each channel has a waveform of its own; otherwise their mean is shown.": "每个声道是否有自己的波形；否则显示各声道的平均值。",
  "What the workflow is for, for people.": "供人阅读的工作流用途说明。",
  "The uploads that start a job; only submissions do when absent.": "启动任务的上传；省略时只有提交才会启动任务。",
  "Where outputs go, and how their keys are made.": "输出的存放位置，以及键的构成方式。",
  "Wanted outputs by name.": "所需的输出，按名称区分。",
  "One wanted output: a kind, a preset, or both, and the fields that differ from the preset.": "一个所需的输出：类型、预设或两者，以及与预设不同的字段。",
  "What is made.": "生成的内容类型。",
  "Watermarks of every output that does not name its own.": "没有自己水印的所有输出的水印。",
  "Queue of the jobs of its uploads.": "由上传启动的任务所在的队列。",
  "strict fails on a damaged or truncated source; tolerant uses the rest and notes it in the manifest.":
    "strict 在源文件损坏或被截断时失败；tolerant 使用其余部分，并记录在清单中。",
  "Targets that get announcements of every job.": "接收每个任务通知的目标。",
  "Cron expression for processing the uploads in the trigger's listing.": "处理触发器所列上传的时间的 cron 表达式。",
  "IANA time zone of the schedule, such as Europe/Berlin; Airflow's own ([core] default_timezone) when absent.":
    "日程的 IANA 时区，例如 Europe/Berlin；省略时为 Airflow 的时区（[core] default_timezone）。",
  "Airflow pool that its tasks share; the one of the configuration ([media] pool) when absent.":
    "其步骤共用的 Airflow 资源池；省略时为配置中的资源池（[media] pool）。",
  "Tags of its DAG in Airflow.": "其 DAG 在 Airflow 中的标签。",
  "Stretch (distorted)": "拉伸（会变形）",
  "Pad (black bars)": "留边（黑边）",
  "Crop (edges cut off)": "裁剪（切去边缘）",
  "Blur (over a blurred copy)": "模糊（置于模糊背景上）",
  "FLAC (lossless)": "FLAC（无损）",
  "PCM (uncompressed)": "PCM（未压缩）",
  "PNG (lossless)": "PNG（无损）",
  "Resample to a constant rate": "重新采样为固定帧率",
  "Keep uneven frame times": "保持不均匀的帧间隔",
  Fastest: "最快",
  Faster: "更快",
  Fast: "快",
  Medium: "中等",
  Slow: "慢",
  Slower: "更慢",
  "Tone-map HDR to SDR": "将 HDR 映射为 SDR",
  "Keep HDR": "保持 HDR",
  "MPEG transport stream": "MPEG 传输流",
  "MP4 audio": "MP4 音频",
  "MP3 audio": "MP3 音频",
  "FLAC audio": "FLAC 音频",
  "Ogg audio": "Ogg 音频",
  "WAV audio": "WAV 音频",
  "Top left": "左上",
  "Top right": "右上",
  "Bottom left": "左下",
  "Bottom right": "右下",
  Center: "居中",
};
