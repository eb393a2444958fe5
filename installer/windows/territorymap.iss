; Windows set-up of Territory Map, for Inno Setup 6.3 and later.
;
;   python installer/windows/make_setup.py      makes the icon, then calls ISCC with what this script asks for
;
; For one person, without an administrator: everything goes below that person's own folder and registry.
; Silent:     territorymap-VERSION-windows-x64-setup.exe /VERYSILENT /SUPPRESSMSGBOXES /NORESTART
;             with /LANG=en or /LANG=zh, /DIR="C:\where", /MERGETASKS="desktopicon", /LOG="set-up.log"
; Uninstall:  "%LOCALAPPDATA%\Programs\Territory Map\unins000.exe" /VERYSILENT /SUPPRESSMSGBOXES /NORESTART
; An upgrade is the same set-up again: settings and plans stand elsewhere and are not touched, nor by uninstalling.

#ifndef AppVersion
  #error "Call make_setup.py, or give the version of src/territorymap/__init__.py: /DAppVersion=..."
#endif
#ifndef Bundle
  #error "Give the folder that PyInstaller made: /DBundle=...\dist\territorymap"
#endif
#ifndef IconFile
  #error "Give the icon: /DIconFile=...\build\icons\territorymap.ico"
#endif
#ifndef WizardPicture
  #error "Give the picture of the pages' corner: /DWizardPicture=...\build\icons\wizard.bmp"
#endif
#ifndef OutputDir
  #error "Give the folder for the set-up: /DOutputDir=...\dist"
#endif

#define AppName "Territory Map"
#define WindowExe "territorymap-gui.exe"
#define ConsoleExe "territorymap.exe"
#define ProgId "TerritoryMap.Plan"

[Setup]
AppId={{6F3C1E0B-4B51-4D0A-9A53-7C1C9B1E5D42}
AppName={#AppName}
AppVersion={#AppVersion}
AppVerName={#AppName} {#AppVersion}
AppPublisher=The Territory Map maintainers
VersionInfoVersion={#AppVersion}
VersionInfoProductTextVersion={#AppVersion}
VersionInfoDescription={#AppName} set-up
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
; what {autopf} stands for without an administrator, said outright
DefaultDirName={localappdata}\Programs\{#AppName}
DefaultGroupName={#AppName}
DisableProgramGroupPage=yes
DisableDirPage=auto
DisableWelcomePage=yes
AllowNoIcons=no
UsePreviousLanguage=yes
ShowLanguageDialog=auto
WizardStyle=modern
SetupIconFile={#IconFile}
WizardSmallImageFile={#WizardPicture}
UninstallDisplayIcon={app}\{#WindowExe}
UninstallDisplayName={#AppName}
OutputDir={#OutputDir}
OutputBaseFilename=territorymap-{#AppVersion}-windows-x64-setup
Compression=lzma2/max
SolidCompression=yes
ChangesAssociations=yes
CloseApplications=yes
RestartApplications=no
SetupLogging=yes
#ifdef SignTool
SignTool={#SignTool}
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl,messages-en.isl"
Name: "zh"; MessagesFile: "compiler:Default.isl,messages-zh.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:DesktopShortcut}"; Flags: unchecked

[InstallDelete]
; Libraries of an older version under other names must not stay among the new ones. The program writes nothing here.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\{#AppName}"; Filename: "{app}\{#WindowExe}"; Comment: "{cm:ProgramComment}"
Name: "{autodesktop}\{#AppName}"; Filename: "{app}\{#WindowExe}"; Comment: "{cm:ProgramComment}"; Tasks: desktopicon

[Registry]
; "Open with": one more program for .gpkg. The default value of .gpkg belongs to QGIS or whoever has it, and is not set.
Root: HKA; Subkey: "Software\Classes\{#ProgId}"; ValueType: string; ValueName: ""; ValueData: "{cm:PlanFile}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\{#ProgId}\DefaultIcon"; ValueType: string; ValueName: ""; ValueData: "{app}\{#WindowExe},0"
Root: HKA; Subkey: "Software\Classes\{#ProgId}\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\{#WindowExe}"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.gpkg\OpenWithProgids"; ValueType: string; ValueName: "{#ProgId}"; ValueData: ""; Flags: uninsdeletevalue uninsdeletekeyifempty
Root: HKA; Subkey: "Software\Classes\Applications\{#WindowExe}"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "{#AppName}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\{#WindowExe}\SupportedTypes"; ValueType: string; ValueName: ".gpkg"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\{#WindowExe}\shell\open\command"; ValueType: string; ValueName: ""; ValueData: """{app}\{#WindowExe}"" ""%1"""
Root: HKA; Subkey: "Software\TerritoryMap"; Flags: uninsdeletekeyifempty
; The program appears among those that "Default apps" in Windows' settings offers for .gpkg.
Root: HKA; Subkey: "Software\TerritoryMap\Capabilities"; ValueType: string; ValueName: "ApplicationName"; ValueData: "{#AppName}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\TerritoryMap\Capabilities"; ValueType: string; ValueName: "ApplicationDescription"; ValueData: "{cm:ProgramComment}"
Root: HKA; Subkey: "Software\TerritoryMap\Capabilities\FileAssociations"; ValueType: string; ValueName: ".gpkg"; ValueData: "{#ProgId}"
Root: HKA; Subkey: "Software\RegisteredApplications"; ValueType: string; ValueName: "{#AppName}"; ValueData: "Software\TerritoryMap\Capabilities"; Flags: uninsdeletevalue
; Win+R and "start" find the command line by its name, without a change of PATH.
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\{#ConsoleExe}"; ValueType: string; ValueName: ""; ValueData: "{app}\{#ConsoleExe}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\{#WindowExe}"; ValueType: string; ValueName: ""; ValueData: "{app}\{#WindowExe}"; Flags: uninsdeletekey

[Run]
Filename: "{app}\{#WindowExe}"; Description: "{cm:StartNow}"; Flags: nowait postinstall skipifsilent
