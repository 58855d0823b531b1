FROM node:24-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No dependency that runs in production needs an install script: the native ones ship prebuilt.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
# Makes audio of recordings. Captions of videos need no yt-dlp; recordings of them would.
RUN apt-get update && apt-get install -y --no-install-recommends ffmpeg && rm -rf /var/lib/apt/lists/*
# The code stays root's, so the server cannot rewrite itself. It may write to one folder, where the
# embedded Postgres keeps its data when DATABASE_URL is not set; mount a volume there to keep it.
RUN install -d -o node -g node .parley
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json package-lock.json openapi.json ./
COPY drizzle ./drizzle
COPY src ./src
# npm run embeddings, npm run db:rollback and npm run eval; the last takes a function from bench.
COPY scripts ./scripts
COPY bench/ratio.ts ./bench/ratio.ts
COPY eval ./eval
USER node
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--import", "./src/fast-start.ts", "src/server.ts"]
