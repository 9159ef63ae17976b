package io.github.dtstream.app.router.routes;

import io.github.dtstream.app.settings.Settings;
import io.github.dtstream.camel.DtStreamComponent;
import io.github.dtstream.camel.ServiceAccount;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;

/** Gives the component {@code dt-stream} the service accounts that the settings name. */
public final class NamedAccounts extends MainListenerSupport {
    private final Map<String, ServiceAccount> accounts = new HashMap<>();

    public NamedAccounts(Map<String, Settings.Account> settings) {
        settings.forEach((name, account) -> accounts.put(
                name,
                new ServiceAccount(
                        account.keyId(),
                        account.secret(),
                        account.email().isEmpty() ? null : account.email(),
                        account.auth().isEmpty() ? null : account.auth(),
                        account.projects())));
    }

    @Override
    public void afterConfigure(BaseMainSupport main) {
        if (!accounts.isEmpty()) {
            giveTo(main.getCamelContext().getComponent("dt-stream", DtStreamComponent.class));
        }
    }

    void giveTo(DtStreamComponent component) {
        component.setAccounts(accounts);
    }
}
