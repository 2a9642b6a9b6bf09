/** See build-service.mjs. */
export function buildService(options: {
  outdir: string;
  production?: boolean;
  platform?: string;
  arch?: string;
  libc?: 'gnu' | 'musl';
}): Promise<void>;
