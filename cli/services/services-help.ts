/** The variables that say where the services of a server are, for the help of the commands that use them. */
export const SERVICES_HELP = `Services:
  CRUNCH_DATABASE_URL      the catalog: postgresql://user:password@host/database
  CRUNCH_STORAGE_SETTINGS  a JSON or TOML file that says where files are kept
  TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_*`;
