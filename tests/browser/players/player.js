// One interface to hls.js, dash.js and Shaka Player for the tests: what they are told, and what they go through on the way.
// Buffers are kept short (`ahead`, in seconds), so that a clip of some seconds is played like a long film: piece by piece, long before all of it is there.
"use strict";

const video = document.querySelector("video");
const report = { errors: [], gaps: [], standstill: 0, ended: false };
const sourceBuffers = [];

const addSourceBuffer = MediaSource.prototype.addSourceBuffer;
MediaSource.prototype.addSourceBuffer = function (type) {
  const buffer = addSourceBuffer.call(this, type);
  sourceBuffers.push({ type, buffer });
  return buffer;
};

window.addEventListener("error", (event) => report.errors.push(`script: ${event.message}`));
video.addEventListener("error", () => report.errors.push(`video: ${video.error?.message}`));
video.addEventListener("ended", () => (report.ended = true));
video.addEventListener("play", () => (report.ended = false));

// The longest time for which a picture that should move stood still. A busy machine that lets the page wait is no standstill,
// so each look counts for two of its intervals at most.
const LOOK = 50;
let standing = 0;
let looked = performance.now();
let last = 0;
setInterval(() => {
  const passed = Math.min(performance.now() - looked, 2 * LOOK);
  const waits = video.paused || video.seeking || video.ended || video.readyState === 0;
  standing = waits || video.currentTime !== last ? 0 : standing + passed;
  report.standstill = Math.max(report.standstill, standing / 1000);
  looked = performance.now();
  last = video.currentTime;
}, LOOK);

const adapters = {
  "hls.js"(url, ahead) {
    const hls = new Hls({ maxBufferLength: ahead, startLevel: 0 });
    hls.on(Hls.Events.ERROR, (_, data) => {
      if (data.fatal) report.errors.push(data.details);
      if (data.details === Hls.ErrorDetails.BUFFER_SEEK_OVER_HOLE) report.gaps.push(video.currentTime);
    });
    hls.loadSource(url);
    hls.attachMedia(video);
    return {
      rungs: () => hls.levels.map((level) => level.height),
      chooseRung: (height) => (hls.currentLevel = hls.levels.findIndex((level) => level.height === height)),
      languages: () => hls.audioTracks.map((track) => track.lang),
      chooseLanguage: (language) => (hls.audioTrack = hls.audioTracks.findIndex((track) => track.lang === language)),
    };
  },

  "dash.js"(url, ahead) {
    const player = dashjs.MediaPlayer().create();
    const buffer = { bufferTimeDefault: ahead, bufferTimeAtTopQuality: ahead, bufferTimeAtTopQualityLongForm: ahead };
    // It jumps over gaps without a word, so it must not: it stands still at one, and the test sees that.
    player.updateSettings({ debug: { logLevel: 0 }, streaming: { buffer, gaps: { jumpGaps: false } } });
    player.on(dashjs.MediaPlayer.events.ERROR, (event) => report.errors.push(String(event.error?.message ?? event.error)));
    // It may stop the picture at its very end, before the browser says that it has ended.
    player.on(dashjs.MediaPlayer.events.PLAYBACK_ENDED, () => (report.ended = true));
    player.initialize(video, url, false);
    const rungs = () => player.getRepresentationsByType("video");
    return {
      rungs: () => rungs().map((rung) => rung.height),
      chooseRung(height) {
        player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false } } } });
        player.setRepresentationForTypeById("video", rungs().find((rung) => rung.height === height).id, true);
      },
      languages: () => player.getTracksFor("audio").map((track) => track.lang),
      chooseLanguage: (language) => player.setCurrentTrack(player.getTracksFor("audio").find((track) => track.lang === language)),
    };
  },

  async shaka(url, ahead) {
    shaka.polyfill.installAll();
    const player = new shaka.Player();
    await player.attach(video);
    player.configure({ streaming: { bufferingGoal: ahead } });
    player.addEventListener("error", (event) => report.errors.push(`shaka ${event.detail.code}`));
    player.addEventListener("gapjumped", () => report.gaps.push(video.currentTime));
    await player.load(url);
    return {
      rungs: () => player.getVideoTracks().map((rung) => rung.height),
      chooseRung(height) {
        player.configure({ abr: { enabled: false } });
        player.selectVideoTrack(player.getVideoTracks().find((rung) => rung.height === height), true);
      },
      languages: () => player.getAudioTracks().map((track) => track.language),
      chooseLanguage: (language) => player.selectAudioTrack(player.getAudioTracks().find((track) => track.language === language)),
    };
  },
};

let adapter = null;

async function open(name, script, url, ahead) {
  await new Promise((loaded, failed) => {
    const element = document.createElement("script");
    element.src = script;
    element.onload = loaded;
    element.onerror = failed;
    document.head.append(element);
  });
  adapter = await adapters[name](url, ahead);
}

// What the player has put into the browser, by track: [[begin, end], ...] in seconds.
function buffered() {
  return sourceBuffers.map(({ type, buffer }) => ({
    type,
    ranges: Array.from({ length: buffer.buffered.length }, (_, n) => [buffer.buffered.start(n), buffer.buffered.end(n)]),
  }));
}

// Listening begins once, and goes on for all later questions after the pitch.
let analyser = null;
async function listen() {
  if (analyser !== null) return;
  const context = new AudioContext();
  analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
  context.createMediaElementSource(video).connect(analyser).connect(context.destination);
  await context.resume();
}

// The pitch that is heard now, in hertz. It is no promise: Playwright takes a promise for true, and would wait for nothing.
function pitch() {
  const levels = new Float32Array(analyser.frequencyBinCount);
  analyser.getFloatFrequencyData(levels);
  const loudest = levels.indexOf(Math.max(...levels));
  return levels[loudest] > -60 ? (loudest * analyser.context.sampleRate) / analyser.fftSize : 0;
}
