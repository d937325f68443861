import type { Resource } from "../catalogue.js";
import { asyncMethod, emitterMethods, method, origins } from "../entries.js";

const puppeteer = ["puppeteer", "puppeteer-core"];
const playwright = ["playwright", "playwright-core", "@playwright/test"];

/** `chromium.launch` in each package, and `BrowserType#launch` where types are known. */
function ofBrowserTypes(...names: string[]) {
  return names.flatMap((name) => [
    ...origins(playwright, `chromium.${name}`, `firefox.${name}`, `webkit.${name}`),
    ...origins(playwright, `BrowserType#${name}`),
  ]);
}

/** Browsers that a program drives, and what is open in them. */
export const browsers: readonly Resource[] = [
  {
    noun: "browser",
    acquire: [
      ...origins([...puppeteer, "puppeteer-extra"], "launch"),
      ...origins(puppeteer, "PuppeteerNode#launch"),
    ],
    type: { module: "puppeteer", name: "Browser" },
    async: true,
    release: [asyncMethod("close"), asyncMethod("disconnect")],
    idempotentRelease: true,
    value: "object",
    fluent: emitterMethods,
  },
  {
    noun: "browser connection",
    acquire: [
      ...origins([...puppeteer, "puppeteer-extra"], "connect"),
      ...origins(puppeteer, "Puppeteer#connect", "PuppeteerNode#connect"),
    ],
    type: { module: "puppeteer", name: "Browser" },
    async: true,
    release: [asyncMethod("disconnect"), asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    fluent: emitterMethods,
  },
  {
    noun: "browser context",
    acquire: origins(
      puppeteer,
      "Browser#createBrowserContext",
      "Browser#createIncognitoBrowserContext",
    ),
    type: { module: "puppeteer", name: "BrowserContext" },
    async: true,
    release: [asyncMethod("close")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
    releasedWithGiver: true,
  },
  {
    noun: "browser page",
    acquire: origins(puppeteer, "Browser#newPage", "BrowserContext#newPage"),
    async: true,
    release: [asyncMethod("close")],
    idempotentRelease: false,
    value: "object",
    oftenKept: true,
    releasedWithGiver: true,
    fluent: emitterMethods,
  },
  {
    noun: "browser",
    acquire: ofBrowserTypes("connect", "connectOverCDP", "launch"),
    type: { module: "playwright", name: "Browser" },
    async: true,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    fluent: emitterMethods,
  },
  {
    noun: "browser context",
    acquire: ofBrowserTypes("launchPersistentContext"),
    type: { module: "playwright", name: "BrowserContext" },
    async: true,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    fluent: emitterMethods,
  },
  {
    noun: "browser server",
    acquire: ofBrowserTypes("launchServer"),
    async: true,
    release: [asyncMethod("close"), asyncMethod("kill")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
    fluent: emitterMethods,
  },
  {
    noun: "Electron application",
    acquire: origins(playwright, "_electron.launch", "Electron#launch"),
    async: true,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    fluent: emitterMethods,
  },
  {
    noun: "browser context",
    acquire: origins(playwright, "Browser#newContext"),
    type: { module: "playwright", name: "BrowserContext" },
    async: true,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
    releasedWithGiver: true,
    fluent: emitterMethods,
  },
  {
    noun: "browser page",
    acquire: origins(playwright, "Browser#newPage", "BrowserContext#newPage"),
    async: true,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
    releasedWithGiver: true,
    fluent: emitterMethods,
  },
  {
    noun: "request context",
    acquire: origins(playwright, "request.newContext", "APIRequest#newContext"),
    async: true,
    release: [asyncMethod("dispose")],
    idempotentRelease: true,
    value: "object",
    oftenKept: true,
  },
  {
    noun: "browser",
    acquire: origins("chrome-launcher", "launch"),
    async: true,
    release: [method("kill")],
    idempotentRelease: true,
    value: "object",
  },
  {
    noun: "browser",
    acquire: origins("selenium-webdriver", "Builder#build"),
    async: true,
    release: [asyncMethod("quit")],
    idempotentRelease: false,
    value: "object",
  },
  {
    noun: "browser",
    acquire: origins("webdriverio", "remote"),
    async: true,
    release: [asyncMethod("deleteSession")],
    idempotentRelease: false,
    value: "object",
  },
];
