import type { Resource } from "../catalogue.js";
import { asyncMethod, emitterMethods, method, origins } from "../entries.js";

/** Servers of frameworks, containers, log transports and models. */
export const services: readonly Resource[] = [
  {
    noun: "server",
    acquire: origins("fastify", "", "default", "fastify", "fastify.fastify"),
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    dormantUntil: ["listen"],
    oftenKept: true,
    fluent: ["register"],
  },
  {
    noun: "server",
    acquire: [
      ...origins("express", "Application#listen", "Express#listen"),
      ...origins("express-serve-static-core", "Application#listen"),
      ...origins("koa", "Application#listen", "default#listen"),
    ],
    async: false,
    release: [method("close")],
    idempotentRelease: true,
    value: "object",
    withoutPromises: true,
    oftenKept: true,
    fluent: emitterMethods,
  },
  {
    noun: "container",
    acquire: origins("testcontainers", "GenericContainer#start"),
    async: true,
    release: [asyncMethod("stop")],
    idempotentRelease: true,
    value: "object",
    // What tests leave behind is swept up when their process has ended.
    oftenKept: true,
  },
  {
    noun: "container network",
    acquire: origins("testcontainers", "Network#start"),
    async: true,
    release: [asyncMethod("stop")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "container environment",
    acquire: origins("testcontainers", "DockerComposeEnvironment#up"),
    async: true,
    release: [asyncMethod("down"), asyncMethod("stop")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "log transport",
    acquire: origins("pino", "transport", "pino.transport"),
    async: false,
    release: [method("end")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
    fluent: emitterMethods,
  },
  {
    noun: "inference session",
    acquire: origins(
      ["onnxruntime-node", "onnxruntime-web", "onnxruntime-common"],
      "InferenceSession.create",
      "InferenceSessionFactory#create",
    ),
    async: true,
    release: [asyncMethod("release")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
  },
];
