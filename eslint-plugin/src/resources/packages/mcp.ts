import type { Resource } from "../catalogue.js";
import { asyncMethod, origins } from "../entries.js";

/** Clients and servers of the Model Context Protocol. Until one is connected it holds nothing. */
export const mcp: readonly Resource[] = [
  {
    noun: "MCP client",
    acquire: origins(
      [
        "@modelcontextprotocol/sdk/client/index.js",
        "@modelcontextprotocol/sdk/client",
        "@modelcontextprotocol/sdk",
        "@modelcontextprotocol/client",
      ],
      "Client",
    ),
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    value: "object",
    dormantUntil: ["connect"],
  },
  {
    noun: "MCP server",
    acquire: [
      ...origins(
        [
          "@modelcontextprotocol/sdk/server/index.js",
          "@modelcontextprotocol/sdk/server",
          "@modelcontextprotocol/sdk",
        ],
        "Server",
      ),
      ...origins(
        ["@modelcontextprotocol/sdk/server/mcp.js", "@modelcontextprotocol/sdk"],
        "McpServer",
      ),
      ...origins("@modelcontextprotocol/server", "McpServer", "Server"),
    ],
    async: false,
    release: [asyncMethod("close")],
    idempotentRelease: true,
    failsAfterRelease: [],
    value: "object",
    dormantUntil: ["connect"],
    oftenKept: true,
  },
];
