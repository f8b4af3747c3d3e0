import { predictLines, predictor } from '../../lib/planner/performance/calibrated/predict';

// A hundred thousand requests as JSON Lines, answered on one core; fails above two seconds of CPU time, compilation
// and garbage collection included.
const REQUESTS = 100_000;
const LIMIT_SECONDS = 2;
const models = ['openai/gpt-oss-120b', 'meta-llama/Meta-Llama-3.1-70B', 'deepseek-ai/DeepSeek-R1', 'Qwen/Qwen3-32B'];
const engines = ['vllm', 'sglang', 'trtllm'];
const accelerators = ['H100', 'H200', 'B200', 'B300'];
const lines = Array.from({ length: REQUESTS }, (_, i) =>
  JSON.stringify({
    id: i,
    model: models[i % 4],
    accelerator: accelerators[(i >> 2) % 4],
    engine: engines[i % 3],
    precision: i % 4 === 0 ? 'fp4' : 'fp8',
    inputTokens: 500 + (i % 97) * 50,
    outputTokens: 100 + (i % 89) * 20,
    concurrency: 1 + (i % 256),
    accelerators: 8,
    protocol: i % 2 === 0 ? 'inferencex' : 'steady',
  }),
).join('\n');

const predict = predictor();
const started = process.cpuUsage();
const answers = predictLines(lines, predict);
const { user, system } = process.cpuUsage(started);
const seconds = (user + system) / 1e6;
const answered = answers.split('\n').filter((line) => line.includes('"fits":')).length;
process.stdout.write(`${answered} predictions in ${seconds.toFixed(2)} s of CPU time\n`);
process.exitCode = answered === REQUESTS && seconds < LIMIT_SECONDS ? 0 : 1;
