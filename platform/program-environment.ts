/**
 * The host's variables that a user's program may see. Everything else stays with the host, since any variable may hold
 * a secret: tokens, storage keys, database addresses.
 */
const PASSED_ON = new Set([
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TERM', 'TZ', 'LANG', 'LANGUAGE'],
  ...['TMPDIR', 'TMP', 'TEMP', 'SCRATCH', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR'],
  ...[
    'LD_LIBRARY_PATH',
    'DYLD_LIBRARY_PATH',
    'PYTHONPATH',
    'VIRTUAL_ENV',
    'R_HOME',
    'R_LIBS',
    'R_LIBS_USER',
    'JAVA_HOME',
  ],
  ...[
    'CONDA_EXE',
    'CONDA_PREFIX',
    'CONDA_DEFAULT_ENV',
    'CONDA_PKGS_DIRS',
    'CONDA_ENVS_PATH',
    'MAMBA_EXE',
    'MAMBA_ROOT_PREFIX',
  ],
  ...['APPTAINER_CACHEDIR', 'SINGULARITY_CACHEDIR', 'MODULEPATH', 'MODULESHOME', 'LOADEDMODULES'],
  ...[
    'CUDA_VISIBLE_DEVICES',
    'OMP_NUM_THREADS',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'REQUESTS_CA_BUNDLE',
    'CURL_CA_BUNDLE',
  ],
]);

const PASSED_ON_PREFIXES = ['LC_', 'SLURM_'];

/** The part of the host's environment that a user's program gets. */
export function selectProgramEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const selected: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && isPassedOn(name)) selected[name] = value;
  }
  return selected;
}

function isPassedOn(name: string): boolean {
  return PASSED_ON.has(name) || PASSED_ON_PREFIXES.some((prefix) => name.startsWith(prefix));
}
