import type { Resource } from "../catalogue.js";
import { asyncMethod, globals, method, origins } from "../entries.js";

/** What browsers decode, play and record. */
export const media: readonly Resource[] = [
  {
    noun: "audio context",
    acquire: globals("AudioContext", "webkitAudioContext"),
    async: false,
    release: [asyncMethod("close")],
    // A second `close` rejects with InvalidStateError.
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "image bitmap",
    acquire: globals("createImageBitmap"),
    async: true,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
  },
  {
    noun: "video frame",
    acquire: globals("VideoFrame"),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
  },
  {
    noun: "audio data",
    acquire: globals("AudioData"),
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
  },
  {
    noun: "codec",
    acquire: globals("AudioDecoder", "AudioEncoder", "VideoDecoder", "VideoEncoder"),
    async: false,
    release: [method("close")],
    // A second `close` throws InvalidStateError.
    idempotentRelease: false,
    value: "object",
    dormantUntil: ["configure"],
  },
  {
    noun: "media recorder",
    acquire: globals("MediaRecorder"),
    async: false,
    release: [method("stop")],
    idempotentRelease: true,
    value: "object",
    dormantUntil: ["start"],
    oftenKept: true,
  },
  {
    noun: "wake lock",
    acquire: [...globals("navigator.wakeLock.request"), ...origins("", "WakeLock#request")],
    async: true,
    release: [asyncMethod("release")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
];
