import { Button } from "@chakra-ui/react";

const SHAPES = {
  play: "M6 4l14 8-14 8z",
  pause: "M6 4h4v16H6zm8 0h4v16h-4z",
  sound: "M4 9v6h4l5 5V4L8 9zm12-1a5 5 0 0 1 0 8zm0-5v2.2a7 7 0 0 1 0 13.6V21a9 9 0 0 0 0-18z",
  mute: "M4 9v6h4l5 5V4L8 9zm17.5-.1-1.4-1.4L17.6 10l-2.5-2.5-1.4 1.4 2.5 2.6-2.5 2.5 1.4 1.4 2.5-2.5 2.5 2.5 1.4-1.4-2.5-2.5z",
  fullscreen: "M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z",
} as const;

/** A button of the player: a picture, and a name for screen readers. */
export function IconButton({ shape, label, onClick }: { shape: keyof typeof SHAPES; label: string; onClick: () => void }) {
  return (
    <Button size="xs" variant="plain" color="white" px={1} aria-label={label} title={label} onClick={onClick}>
      <svg viewBox="0 0 24 24" width="20" height="20" fill="currentColor" aria-hidden="true">
        <path d={SHAPES[shape]} />
      </svg>
    </Button>
  );
}
