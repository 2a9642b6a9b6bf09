// @ts-check
/**
 * Loaded before VS Code's server: ends it when the process that started it is gone, however that one ended.
 * That process holds the other end of our stdin. The extension hosts, which inherit Node's options, are left alone.
 */
import process from 'node:process';

if (process.argv[1]?.endsWith('server-main.js')) {
  process.stdin.on('end', () => process.exit(0));
  process.stdin.on('error', () => process.exit(0));
  process.stdin.resume();
  process.stdin.unref?.();
}
