// Reads playlists with hls-parser, which in strict mode refuses what RFC 8216 forbids: node read_hls.cjs NODE_MODULES PLAYLIST...
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const [modules, ...files] = process.argv.slice(2);
const HLS = require(path.join(modules, "hls-parser"));
HLS.setOptions({ strictMode: true, silent: true });
const read = (file) => {
  try {
    return { playlist: HLS.parse(fs.readFileSync(file, "utf8")) };
  } catch (error) {
    return { error: `${error.message}` };
  }
};
// The original text is part of each object and of no use here.
console.log(JSON.stringify(files.map(read), (key, value) => (key === "source" ? undefined : value)));
