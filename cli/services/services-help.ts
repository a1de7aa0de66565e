/** The variables that say where the catalog and Temporal are, for the help of the commands that use them. */
export const SET_UP_HELP = `Services:
  CRUNCH_DATABASE_URL            the catalog: postgresql://user:password@host/database
  CRUNCH_DATABASE_PASSWORD_FILE  a file with the password, when the address has none
  TEMPORAL_ADDRESS               host:port of Temporal (127.0.0.1:7233)
  TEMPORAL_NAMESPACE             its namespace (default)
  TEMPORAL_API_KEY, TEMPORAL_TLS, TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH, TEMPORAL_TLS_SERVER_NAME, TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE, …
                                 how to get in, as Temporal's own tools know them
  CRUNCH_OPEN_TEMPORAL           allow: use a Temporal in a network without showing it a certificate or key,
                                 since the network lets in nobody but servers and hosts`;

/** The variables that say where all services of a server are. */
export const SERVICES_HELP = `${SET_UP_HELP}
  CRUNCH_STORAGE_SETTINGS        a JSON or TOML file that says where files are kept
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_PROFILE, …
                                 credentials for S3 when that file holds none`;
