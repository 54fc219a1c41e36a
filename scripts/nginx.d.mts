/** True unless `PREPAINT_NGINX=off`, which says once what is therefore not run. */
export declare function isNginxAsked(): boolean

/** Path of the program. Throws when it is missing. */
export declare function nginxProgram(): string

/** Makes sure that nginx is here: installs it where that is allowed, else throws the command. */
export declare function ensureNginx(): void
