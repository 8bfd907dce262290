// The program of a raw kind: says back what it hears, as it came.
import http from "node:http";

http
  .createServer(async (request, reply) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    reply.setHeader("Content-Type", request.headers["content-type"] ?? "text/plain");
    reply.end(Buffer.concat(chunks));
  })
  .listen(Number(process.argv[2]), "127.0.0.1");
